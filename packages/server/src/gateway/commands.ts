import { FleetglassError } from '@fleetglass/core';
import type { Clock, CommandHandler } from '@fleetglass/core';
import type { Command, CommandResult } from '@fleetglass/core/protocol';
import type { Identity } from './access.js';
import type { GatewayLogger } from './logger.js';
import type { Meters } from './meters.js';
import { toldError } from './told-error.js';

/** Carries out each command once, however often it is sent. */
export interface CommandDesk {
  execute(command: Command, commandId: string, identity: Identity): Promise<CommandResult>;
  /** Takes no more commands and resolves when those in work are answered. */
  drain(): Promise<void>;
}

/** Answers kept for clients that lost the connection before theirs arrived. */
const REMEMBERED = 10_000;

export function createCommandDesk(
  handler: CommandHandler,
  clock: Clock,
  meters: Pick<Meters, 'commands'>,
  logger?: GatewayLogger,
): CommandDesk {
  const answers = new Map<string, Promise<CommandResult>>();
  const inWork = new Set<Promise<CommandResult>>();
  let isDraining = false;

  const carryOut = async (
    command: Command,
    commandId: string,
    { actor }: Identity,
  ): Promise<CommandResult> => {
    try {
      const result = await handler.execute(command, { commandId, ...(actor ? { actor } : {}) });
      meters.commands.inc({ outcome: 'done' });
      return result === undefined ? { ok: true } : { ok: true, result };
    } catch (error) {
      return failed(error, commandId);
    }
  };

  const failed = (thrown: unknown, requestId: string): CommandResult => {
    const error = toldError(thrown, requestId, { clock, logger });
    meters.commands.inc({ outcome: error.code });
    return { ok: false, error };
  };

  return {
    execute(command, commandId, identity) {
      // Two people who happen to choose the same id mean two commands.
      const key = JSON.stringify([identity.actor?.id ?? null, commandId]);
      const known = answers.get(key);
      if (known) return known;
      if (isDraining) {
        const error = new FleetglassError(
          'SHUTTING_DOWN',
          'The gateway is shutting down and did not carry this out; send it again when you are back.',
        );
        return Promise.resolve(failed(error, commandId));
      }
      const answer = carryOut(command, commandId, identity);
      inWork.add(answer);
      void answer.then(() => inWork.delete(answer));
      answers.set(key, answer);
      if (answers.size > REMEMBERED) {
        const [oldest] = answers.keys();
        if (oldest !== undefined) answers.delete(oldest);
      }
      return answer;
    },
    async drain() {
      isDraining = true;
      await Promise.all(inWork);
    },
  };
}
