import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Json } from '../lib/json.js';
import { isRecord } from '../lib/json.js';
import type { StateSnapshot } from '../log/fleet-host.js';
import type { EventPage, StoredBlob } from '../log/store.js';
import { decodeEvent } from '../protocol/decode.js';
import { decodeState } from '../projection/state-codec.js';

/*
 * Bodies of `reply` frames:
 * `read` → `{ from, to, events }`, `stateAt` → `{ seq, state }`, `blob` → `{ mediaType, base64 }` or null.
 */

const bad = (what: string): FleetglassError =>
  new FleetglassError(
    'BAD_FRAME',
    `The server's answer is not ${what}; its version may differ from this client's.`,
  );

export function pageFromReply(body: Json): EventPage {
  if (!isRecord(body) || !Array.isArray(body['events'])) throw bad('a page of events');
  const { from, to, events } = body;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw bad('a page of events');
  return { from: from as number, to: to as number, events: events.map((event) => decodeEvent(event)) };
}

export function snapshotFromReply(body: Json): StateSnapshot {
  if (!isRecord(body) || !Number.isSafeInteger(body['seq'])) throw bad('a state');
  return { seq: body['seq'] as number, state: decodeState(body['state'] as Json) };
}

export function blobFromReply(body: Json): StoredBlob | undefined {
  if (body === null) return undefined;
  if (!isRecord(body)) throw bad('a blob');
  const { mediaType, base64 } = body;
  if (typeof mediaType !== 'string' || typeof base64 !== 'string') throw bad('a blob');
  return { mediaType, bytes: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)) };
}
