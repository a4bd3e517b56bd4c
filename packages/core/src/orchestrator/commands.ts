import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Json, JsonObject } from '../lib/json.js';
import { isRecord } from '../lib/json.js';
import type { CommandContext, CommandHandler } from '../log/fleet-host.js';
import type { Command } from '../protocol/command.js';
import type { Actor } from '../protocol/payload.js';
import { commandKey } from './history/command-record.js';
import type { CommandOrigin } from './run/command-origin.js';
import type { Decision } from './calls/context.js';
import type { Steer } from './run/run-handle.js';

/** Commands that change a run; what they did is in its record. */
const STEERING: ReadonlySet<string> = new Set<Command['type']>([
  'cancel',
  'pause',
  'resume',
  'decide',
  'setBudget',
]);

/** Commands whose outcome is remembered, so that the same id is carried out once. */
const REMEMBERED = 10_000;

/** Where a command came from. */
interface ReceivedFrom extends CommandOrigin {
  readonly commandId: string;
}

export interface CommandTargets {
  readonly steer: Steer;
  /** @throws FleetglassError `NOT_FOUND` when nothing is registered under the name */
  start(name: string, input: Json | undefined, commandId: string): Promise<string>;
  /** @throws FleetglassError `RUN_NOT_FOUND`, `NOT_FOUND`, `BAD_INPUT`, `GRAPH_INVALID` */
  fork(
    runId: string,
    checkpointId: string,
    patch: JsonObject | undefined,
    origin: ReceivedFrom,
  ): Promise<string>;
  /** Whether the run's record says that the command was carried out, by this process or a former one. */
  wasCarriedOut(runId: string, commandId: string): Promise<boolean>;
  /** @throws FleetglassError `ALERT_NOT_FOUND`, `FORBIDDEN` */
  acknowledge(alertId: string, runId: string | undefined, by: Actor | undefined): Promise<void>;
  /** Changes a limit that no run owns. @throws FleetglassError `NOT_FOUND` */
  setSharedBudget(budgetId: string, limit: number, by: Actor | undefined): Promise<void>;
}

function text(command: Readonly<Record<string, unknown>>, field: string): string {
  const value = command[field];
  if (typeof value !== 'string' || value === '') {
    throw new FleetglassError('BAD_INPUT', `Command '${String(command['type'])}' needs the text '${field}'.`);
  }
  return value;
}

function optionalText(command: Readonly<Record<string, unknown>>, field: string): string | undefined {
  return command[field] === undefined ? undefined : text(command, field);
}

async function carryOut(
  targets: CommandTargets,
  command: Command,
  origin: ReceivedFrom,
): Promise<Json | undefined> {
  const given: unknown = command;
  if (!isRecord(given)) throw new FleetglassError('BAD_INPUT', 'A command must be an object with a type.');
  const { by, commandId } = origin;
  if (STEERING.has(command.type) && given['runId'] !== undefined) {
    if (await targets.wasCarriedOut(text(given, 'runId'), commandId)) return undefined;
  }
  switch (command.type) {
    case 'cancel': {
      const message = optionalText(given, 'message');
      await targets.steer(text(given, 'runId'), (run) => run.cancel(message, origin));
      return undefined;
    }
    case 'pause': {
      await targets.steer(text(given, 'runId'), (run) => run.pause('command', undefined, origin));
      return undefined;
    }
    case 'resume': {
      await targets.steer(text(given, 'runId'), (run) => run.resume(origin));
      return undefined;
    }
    case 'decide': {
      const runId = text(given, 'runId');
      const approvalId = text(given, 'approvalId');
      const note = optionalText(given, 'note');
      const decision: Decision = {
        decision: text(given, 'decision'),
        ...(note === undefined ? {} : { note }),
        ...(command.data === undefined ? {} : { data: command.data }),
      };
      await targets.steer(runId, (run) => run.decide(approvalId, decision, origin));
      return undefined;
    }
    case 'acknowledge': {
      await targets.acknowledge(text(given, 'alertId'), optionalText(given, 'runId'), by);
      return undefined;
    }
    case 'setBudget': {
      const budgetId = text(given, 'budgetId');
      const { limit } = command;
      if (!Number.isSafeInteger(limit) || limit < 0) {
        throw new FleetglassError(
          'BAD_INPUT',
          'The limit of a budget must be a whole number of nano-dollars of at least 0.',
        );
      }
      if (given['runId'] === undefined) await targets.setSharedBudget(budgetId, limit, by);
      else await targets.steer(text(given, 'runId'), (run) => run.setBudget(budgetId, limit, origin));
      return undefined;
    }
    case 'start':
      return { runId: await targets.start(text(given, 'name'), command.input, commandId) };
    case 'fork': {
      const { patch } = given;
      if (patch !== undefined && !isRecord(patch)) {
        throw new FleetglassError(
          'BAD_INPUT',
          "The 'patch' of a fork must be an object of the state's fields.",
        );
      }
      const forked = await targets.fork(
        text(given, 'runId'),
        text(given, 'checkpointId'),
        patch as JsonObject | undefined,
        origin,
      );
      return { runId: forked };
    }
    default:
      throw new FleetglassError(
        'UNKNOWN_COMMAND',
        `There is no command '${String(given['type'])}': the host may be older than its client.`,
      );
  }
}

export function createCommandHandler(targets: CommandTargets): CommandHandler {
  const done = new Map<string, Promise<Json | undefined>>();
  return {
    execute(command: Command, context: CommandContext) {
      const { actor } = context;
      const commandId = commandKey(context.commandId, actor);
      const known = done.get(commandId);
      if (known) return known;
      const outcome = carryOut(targets, command, { by: actor, commandId });
      done.set(commandId, outcome);
      // The caller hears of a refusal; the one kept here is not a second one.
      outcome.catch(() => undefined);
      if (done.size > REMEMBERED) {
        const oldest = done.keys().next();
        if (!oldest.done) done.delete(oldest.value);
      }
      return outcome;
    },
  };
}
