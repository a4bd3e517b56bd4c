import * as z from 'zod';
import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Command, CommandType } from '../command.js';
import { assertPlain, assertSchema } from './check.js';
import { count, json, maybe, text } from './values.js';

const id = z.string().min(1).max(256);

export const commandSchemas = {
  cancel: z.looseObject({ type: z.literal('cancel'), runId: id, message: maybe(text) }),
  pause: z.looseObject({ type: z.literal('pause'), runId: id }),
  resume: z.looseObject({ type: z.literal('resume'), runId: id }),
  decide: z.looseObject({
    type: z.literal('decide'),
    runId: id,
    approvalId: id,
    decision: text,
    note: maybe(text),
    data: maybe(json),
  }),
  acknowledge: z.looseObject({
    type: z.literal('acknowledge'),
    runId: maybe(id),
    alertId: z.string().min(1),
  }),
  setBudget: z.looseObject({ type: z.literal('setBudget'), runId: maybe(id), budgetId: id, limit: count }),
  start: z.looseObject({ type: z.literal('start'), name: id, input: maybe(json) }),
  fork: z.looseObject({ type: z.literal('fork'), runId: id, checkpointId: id, patch: maybe(json) }),
} satisfies { readonly [T in CommandType]: z.ZodType<Extract<Command, { type: T }>> };

/**
 * Checks a command from outside.
 *
 * @returns the very object that was given
 * @throws FleetglassError `UNKNOWN_COMMAND`, or `BAD_INPUT` with the place in `details.path`
 */
export function parseCommand(value: unknown): Command {
  assertPlain(value, 'BAD_INPUT', 'A command');
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(commandSchemas, type)) {
    throw new FleetglassError(
      'UNKNOWN_COMMAND',
      'There is no such command; the host may be older than the client: update it, or do without.',
    );
  }
  assertSchema(commandSchemas[type as CommandType], value, 'BAD_INPUT', `The command \`${type}\``);
  return value as unknown as Command;
}
