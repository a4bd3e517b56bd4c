import type { FleetglassError } from '../errors/fleetglass-error.js';
import type { Json } from '../lib/json.js';
import { isRecord } from '../lib/json.js';
import type { StateSnapshot } from '../log/fleet-host.js';
import type { EventPage, StoredBlob } from '../log/store.js';
import { badFrame, decodeEvent } from '../protocol/decode.js';
import { decodeState } from '../projection/state-codec.js';

/*
 * Bodies of `reply` frames:
 * `read` → `{ from, to, events }`, `stateAt` → `{ seq, state }`, `blob` → `{ mediaType, base64 }` or null.
 */

const bad = (): FleetglassError => badFrame('a malformed answer');

export function pageFromReply(body: Json): EventPage {
  const { from, to, events } = isRecord(body) ? body : {};
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || !Array.isArray(events)) throw bad();
  return { from: from as number, to: to as number, events: events.map((event) => decodeEvent(event)) };
}

export function snapshotFromReply(body: Json): StateSnapshot {
  const { seq, state } = isRecord(body) ? body : {};
  if (!Number.isSafeInteger(seq)) throw bad();
  return { seq: seq as number, state: decodeState(state as Json) };
}

export function blobFromReply(body: Json): StoredBlob | undefined {
  if (body === null) return undefined;
  const { mediaType, base64 } = isRecord(body) ? body : {};
  if (typeof mediaType !== 'string' || typeof base64 !== 'string') throw bad();
  return { mediaType, bytes: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)) };
}
