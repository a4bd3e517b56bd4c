import { FleetglassError } from '@fleetglass/core';
import { decodeCursor } from '@fleetglass/core/protocol';
import type { ClientFrame, Command, Cursor, Filter, Json } from '@fleetglass/core/protocol';

/*
 * Reads what a viewer sent. Strict, because it comes from outside: every object is built anew from the fields that the
 * protocol names, so nothing else of the sender's gets any further.
 */

const MAX_ID_LENGTH = 128;
const MAX_NAME_LENGTH = 256;
const MAX_TEXT_LENGTH = 16_384;
const MAX_TYPES = 100;
const MAX_DEPTH = 64;
const MAX_PAGE = 1_000;

type Fields = Readonly<Record<string, unknown>>;

const badFrame = (message: string): FleetglassError => new FleetglassError('BAD_FRAME', message);
const badInput = (message: string): FleetglassError => new FleetglassError('BAD_INPUT', message);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function text(fields: Fields, name: string, maxLength = MAX_NAME_LENGTH): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.length === 0 || value.length > maxLength) {
    throw badInput(`\`${name}\` has to be a text of 1 to ${maxLength} characters.`);
  }
  return value;
}

function optionalText(fields: Fields, name: string, maxLength?: number): string | undefined {
  return fields[name] === undefined || fields[name] === null ? undefined : text(fields, name, maxLength);
}

function wholeNumber(fields: Fields, name: string, least: number): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw badInput(`\`${name}\` has to be a whole number of at least ${least}.`);
  }
  return value;
}

/** Whether a parsed value nests no deeper than what every later step can walk. */
function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((item) => isShallow(item, depth - 1));
}

function optionalJson(fields: Fields, name: string): Json | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (!isShallow(value, MAX_DEPTH)) throw badInput(`\`${name}\` nests deeper than ${MAX_DEPTH} levels.`);
  return value as Json;
}

function readFilter(value: unknown): Filter {
  if (value === undefined) return {};
  if (!isFields(value)) throw badInput('`filter` has to be an object.');
  const filter: { -readonly [K in keyof Filter]: Filter[K] } = {};
  for (const field of ['runId', 'threadId', 'agentId', 'taskId'] as const) {
    const id = optionalText(value, field);
    if (id !== undefined) filter[field] = id;
  }
  const { types } = value;
  if (types === undefined || types === null) return filter;
  if (!Array.isArray(types) || types.length > MAX_TYPES || !types.every((type) => typeof type === 'string')) {
    throw badInput(`\`filter.types\` has to be a list of at most ${MAX_TYPES} texts.`);
  }
  // A type that this version does not know selects nothing here and may select something elsewhere.
  filter.types = types as NonNullable<Filter['types']>;
  return filter;
}

function readCursor(value: unknown): Cursor {
  if (typeof value !== 'string') throw new FleetglassError('CURSOR_INVALID', 'The cursor has to be a text.');
  decodeCursor(value);
  return value as Cursor;
}

const given = <K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]: T });

function readCommand(value: unknown): Command {
  if (!isFields(value)) throw badInput('`command` has to be an object.');
  const { type } = value;
  switch (type) {
    case 'cancel':
      return {
        type,
        runId: text(value, 'runId'),
        ...given('message', optionalText(value, 'message', MAX_TEXT_LENGTH)),
      };
    case 'pause':
    case 'resume':
      return { type, runId: text(value, 'runId') };
    case 'decide':
      return {
        type,
        runId: text(value, 'runId'),
        approvalId: text(value, 'approvalId'),
        decision: text(value, 'decision'),
        ...given('note', optionalText(value, 'note', MAX_TEXT_LENGTH)),
      };
    case 'setBudget':
      return {
        type,
        budgetId: text(value, 'budgetId'),
        limit: wholeNumber(value, 'limit', 0),
        ...given('runId', optionalText(value, 'runId')),
      };
    case 'start':
      return { type, name: text(value, 'name'), ...given('input', optionalJson(value, 'input')) };
    case 'fork':
      return {
        type,
        runId: text(value, 'runId'),
        checkpointId: text(value, 'checkpointId'),
        ...given('patch', optionalJson(value, 'patch')),
      };
    default:
      throw new FleetglassError(
        'UNKNOWN_COMMAND',
        'This server does not know that command; it may be older than the client.',
      );
  }
}

/** Id under which an answer can be given, also to a frame that is wrong in another place. */
export function requestIdOf(frame: unknown): string | undefined {
  const id = isFields(frame) ? frame['id'] : undefined;
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID_LENGTH ? id : undefined;
}

/** @throws FleetglassError `BAD_FRAME` when `message` is not a JSON object with a `frame` */
export function parseFrame(message: string): Fields & { readonly frame: string } {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    throw badFrame('The frame is not JSON.');
  }
  if (!isFields(value) || typeof value['frame'] !== 'string') {
    throw badFrame('A frame has to be a JSON object that names its kind in `frame`.');
  }
  return value as Fields & { readonly frame: string };
}

/** @throws FleetglassError `UNKNOWN_FRAME`, `UNKNOWN_COMMAND`, `CURSOR_INVALID` or `BAD_INPUT` */
export function readClientFrame(fields: Fields & { readonly frame: string }): ClientFrame {
  const { frame } = fields;
  const id = (): string => text(fields, 'id', MAX_ID_LENGTH);
  switch (frame) {
    case 'auth':
      return { frame, token: text(fields, 'token', MAX_TEXT_LENGTH) };
    case 'pong':
      return { frame };
    case 'subscribe':
      return {
        frame,
        id: id(),
        filter: readFilter(fields['filter']),
        ...(fields['cursor'] === undefined ? {} : { cursor: readCursor(fields['cursor']) }),
      };
    case 'unsubscribe':
      return { frame, id: id() };
    case 'command':
      return { frame, id: id(), command: readCommand(fields['command']) };
    case 'read':
      return {
        frame,
        id: id(),
        filter: readFilter(fields['filter']),
        from: wholeNumber(fields, 'from', 1),
        to: wholeNumber(fields, 'to', 0),
        limit: Math.min(MAX_PAGE, wholeNumber(fields, 'limit', 1)),
      };
    case 'stateAt':
      return { frame, id: id(), filter: readFilter(fields['filter']), cursor: readCursor(fields['cursor']) };
    case 'blob':
      return { frame, id: id(), ref: text(fields, 'ref') };
    default:
      throw new FleetglassError(
        'UNKNOWN_FRAME',
        'This server does not know that kind of frame; it may be older than the client.',
      );
  }
}
