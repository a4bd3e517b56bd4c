import { toWireError } from '@fleetglass/core';
import type { Clock, CommandHandler } from '@fleetglass/core';
import type { Command, CommandResult } from '@fleetglass/core/protocol';
import type { Identity } from './access.js';

/** Carries out each command once, however often it is sent. */
export interface CommandDesk {
  execute(command: Command, commandId: string, identity: Identity): Promise<CommandResult>;
}

/** Answers kept for clients that lost the connection before theirs arrived. */
const REMEMBERED = 10_000;

export function createCommandDesk(handler: CommandHandler, clock: Clock): CommandDesk {
  const answers = new Map<string, Promise<CommandResult>>();

  const carryOut = async (
    command: Command,
    commandId: string,
    { actor }: Identity,
  ): Promise<CommandResult> => {
    try {
      const result = await handler.execute(command, { commandId, ...(actor ? { actor } : {}) });
      return result === undefined ? { ok: true } : { ok: true, result };
    } catch (error) {
      return { ok: false, error: toWireError(error, { requestId: commandId, timestamp: clock.now() }) };
    }
  };

  return {
    execute(command, commandId, identity) {
      // Two people who happen to choose the same id mean two commands.
      const key = JSON.stringify([identity.actor?.id ?? null, commandId]);
      const known = answers.get(key);
      if (known) return known;
      const answer = carryOut(command, commandId, identity);
      answers.set(key, answer);
      if (answers.size > REMEMBERED) {
        const [oldest] = answers.keys();
        if (oldest !== undefined) answers.delete(oldest);
      }
      return answer;
    },
  };
}
