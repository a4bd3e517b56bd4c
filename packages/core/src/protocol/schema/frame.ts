import * as z from 'zod';
import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Cursor } from '../cursor.js';
import { decodeCursor } from '../cursor.js';
import type { Filter } from '../filter.js';
import type { ClientFrame, CommandFrame } from '../frame.js';
import { assertPlain, assertSchema } from './check.js';
import { parseCommand } from './command.js';
import { count, maybe } from './values.js';

const id = z.string().min(1).max(128);
const scopeId = maybe(z.string().min(1).max(256));
const cursor = z.custom<Cursor>((value) => typeof value === 'string', 'Invalid input: expected a cursor');
/** A type that this version does not know selects nothing here and may select something elsewhere. */
const typeName = z.custom<NonNullable<Filter['types']>[number]>(
  (value) => typeof value === 'string' && value.length <= 128,
  'Invalid input: expected an event type or family',
);

/** Most filters of which an event has to agree with one. */
const MAX_ALTERNATIVES = 64;

export const filterSchema = z.looseObject({
  runId: scopeId,
  threadId: scopeId,
  agentId: scopeId,
  taskId: scopeId,
  types: maybe(z.array(typeName).max(100)),
}) satisfies z.ZodType<Filter>;

type Kind = ClientFrame['frame'];

export const clientFrameSchemas = {
  auth: z.looseObject({ frame: z.literal('auth'), token: z.string().min(1).max(16_384) }),
  pong: z.looseObject({ frame: z.literal('pong') }),
  subscribe: z.looseObject({
    frame: z.literal('subscribe'),
    id,
    filter: filterSchema,
    anyOf: maybe(z.array(filterSchema).min(1).max(MAX_ALTERNATIVES)),
    cursor: maybe(cursor),
    onLag: maybe(z.enum(['replay', 'snapshot'])),
  }),
  unsubscribe: z.looseObject({ frame: z.literal('unsubscribe'), id }),
  command: z.looseObject({ frame: z.literal('command'), id, command: z.custom<CommandFrame['command']>() }),
  read: z.looseObject({
    frame: z.literal('read'),
    id,
    filter: filterSchema,
    from: count.min(1),
    to: count,
    limit: count.min(1),
  }),
  stateAt: z.looseObject({ frame: z.literal('stateAt'), id, filter: filterSchema, cursor }),
  blob: z.looseObject({ frame: z.literal('blob'), id, ref: z.string().min(1).max(256) }),
} satisfies { readonly [K in Kind]: z.ZodType<Extract<ClientFrame, { frame: K }>> };

/**
 * Checks a frame from a client, parsed from its text.
 *
 * @returns the very object that was given
 * @throws FleetglassError `BAD_FRAME` with the place in `details.path`, `UNKNOWN_FRAME`, `CURSOR_INVALID`, and for
 * commands what `parseCommand` throws
 */
export function parseClientFrame(value: unknown): ClientFrame {
  assertPlain(value, 'BAD_FRAME', 'A frame');
  const kind = value['frame'];
  if (typeof kind !== 'string')
    throw new FleetglassError('BAD_FRAME', 'Name the kind of the frame in `frame`.');
  if (!Object.hasOwn(clientFrameSchemas, kind)) {
    throw new FleetglassError(
      'UNKNOWN_FRAME',
      'There is no such kind of frame; the server may be older than the client: update it, or do without.',
    );
  }
  assertSchema(clientFrameSchemas[kind as Kind], value, 'BAD_FRAME', `The frame \`${kind}\``);
  if (kind === 'command') parseCommand(value['command']);
  if (typeof value['cursor'] === 'string') decodeCursor(value['cursor']);
  return value as unknown as ClientFrame;
}
