import { FleetglassError } from '../errors/fleetglass-error.js';
import { isRecord } from '../lib/json.js';
import type { FleetEvent } from './event.js';
import type { ServerFrame } from './frame.js';
import { MIN_PROTOCOL_VERSION, PROTOCOL_VERSION } from './version.js';

/*
 * The tolerant reader of clients: it checks what the code behind it relies on, keeps unknown types and fields, and
 * leaves the fields of `data` to the fold, which guards each of them. Strict schemas for ingest are in `schema/`.
 */

type Fields = Record<string, unknown>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isPosition = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export function badFrame(what: string): FleetglassError {
  return new FleetglassError(
    'BAD_FRAME',
    `The server sent ${what}; its version may differ from this client's: update the older one.`,
  );
}

/** @throws FleetglassError `UNSUPPORTED_VERSION` for a protocol that this version does not read */
export function checkVersion(version: unknown): void {
  if (isPosition(version) && version >= MIN_PROTOCOL_VERSION && version <= PROTOCOL_VERSION) return;
  throw new FleetglassError(
    'UNSUPPORTED_VERSION',
    `The server speaks protocol ${String(version)}, this client ${PROTOCOL_VERSION}; update the older one.`,
  );
}

/**
 * One event of the log, the very object that was given.
 *
 * @throws FleetglassError `BAD_FRAME` when the envelope is malformed, `UNSUPPORTED_VERSION` for one of another protocol
 */
export function decodeEvent(value: unknown): FleetEvent {
  if (
    !isRecord(value) ||
    !isText(value['type']) ||
    !isPosition(value['seq']) ||
    !Number.isFinite(value['time']) ||
    !isRecord(value['data'])
  ) {
    throw badFrame('a malformed event');
  }
  checkVersion(value['v']);
  return value as unknown as FleetEvent;
}

const isCovered = (value: unknown): boolean =>
  isRecord(value) &&
  isPosition(value['channel']) &&
  (value['from'] === undefined || isPosition(value['from'])) &&
  isPosition(value['to']);

const isError = (value: unknown): boolean =>
  isRecord(value) && isText(value['code']) && isText(value['message']);

/** What each kind of frame must hold at least. */
const CHECKS: { readonly [K in ServerFrame['frame']]: (fields: Fields) => boolean } = {
  hello: ({ protocol, heartbeatMs, epoch, time }) =>
    isPosition(protocol) &&
    isPosition(heartbeatMs) &&
    isText(epoch) &&
    (time === undefined || isPosition(time)),
  subscribed: ({ id, channel, cursor }) => isText(id) && isPosition(channel) && isText(cursor),
  snapshot: ({ id, cursor, state }) => isText(id) && isText(cursor) && isRecord(state),
  events: ({ channel, from, to, events }) =>
    isPosition(channel) && isPosition(from) && isPosition(to) && Array.isArray(events),
  heartbeat: ({ covered }) => covered === undefined || (Array.isArray(covered) && covered.every(isCovered)),
  ack: ({ id }) => isText(id),
  reply: ({ id, body }) => isText(id) && body !== undefined,
  error: ({ id, error }) => (id === undefined || isText(id)) && isError(error),
};

/**
 * Reads a frame from the server.
 *
 * @param data its text, or the object where it arrived inside other JSON
 * @returns `undefined` for a kind of frame that this version does not know and may ignore
 * @throws FleetglassError `BAD_FRAME` when it is not JSON or lacks what its kind must hold
 */
export function decodeServerFrame(data: unknown): ServerFrame | undefined {
  let value = data;
  try {
    if (!isRecord(data)) value = JSON.parse(String(data));
  } catch {
    // Told below.
  }
  if (!isRecord(value) || !isText(value['frame'])) throw badFrame('a malformed frame');
  const kind = value['frame'];
  if (!Object.hasOwn(CHECKS, kind)) return undefined;
  if (!CHECKS[kind as ServerFrame['frame']](value)) throw badFrame(`a malformed \`${kind}\` frame`);
  if (kind === 'events') for (const event of value['events'] as unknown[]) decodeEvent(event);
  return value as unknown as ServerFrame;
}
