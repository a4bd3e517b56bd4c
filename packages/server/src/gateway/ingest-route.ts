import { createRedactor, FleetglassError, isFleetglassError, parseEventDraft } from '@fleetglass/core';
import type { Clock, Store } from '@fleetglass/core';
import { compileFilter, PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import type { EventDraft, FleetEvent, Json } from '@fleetglass/core/protocol';
import type { Hono } from 'hono';
import { mediaTypeOf } from '../lib/media-type.js';
import { readBytes } from '../lib/read-bytes.js';
import { isPacked, unpack, unpackedBytes } from '../lib/unpack.js';
import type { Identity } from './access.js';
import type { GatewayEnv } from './gateway-env.js';
import { requireRight } from './rights.js';

/** Where events that are sent to the gateway go. */
export interface IngestRouteOptions {
  /** Store of a tenant; `undefined` where it takes no events. */
  readonly storeOf: (tenant: string | undefined) => Store | undefined;
  readonly clock: Clock;
  /** Largest body in bytes, unpacked. */
  readonly maxBytes: number;
  /** Bytes of all bodies that are being taken in; more are told to come again. */
  readonly maxWaitingBytes: number;
}

const PATH = '/api/v1/events';
const NDJSON: ReadonlySet<string> = new Set(['application/x-ndjson', 'application/ndjson']);

/**
 * Takes events at `POST /api/v1/events`: a JSON array, or NDJSON with an event a line. All of them are stored or none,
 * and the answer comes when they are on disk. An event whose `id` was stored before is left out, so that a request may
 * be repeated. Events of a run that somebody is at work on are refused: only its owner adds to it.
 */
export function addIngestRoute(app: Hono<GatewayEnv>, options: IngestRouteOptions): void {
  const { storeOf, clock, maxBytes, maxWaitingBytes } = options;
  const redactor = createRedactor();
  let waitingBytes = 0;

  const draftsOf = (items: readonly unknown[], identity: Identity): EventDraft[] => {
    const { tenant, scope } = identity;
    const isInside = scope && compileFilter(scope);
    const now = clock.now();
    return items.map((item, index) => {
      const draft = at(index, () => parseEventDraft(stamped(item, now)));
      if (isInside && !isInside(draft as FleetEvent)) {
        throw new FleetglassError(
          'FORBIDDEN',
          `Your token does not reach what event ${index} is about: leave it out, or use another token.`,
          {
            details: { index },
          },
        );
      }
      const data = redactor.redact(draft.data);
      if (data === undefined) {
        throw new FleetglassError('BAD_EVENT', `Event ${index} is too large: put long texts into blobs.`, {
          details: { index },
        });
      }
      if (data === draft.data && draft.tenant === tenant) return draft;
      const { tenant: _claimed, ...rest } = draft;
      return tenant === undefined ? { ...rest, data } : { ...rest, data, tenant };
    });
  };

  app.post(PATH, async (context) => {
    const identity = context.get('identity');
    requireRight('command', identity);
    const store = storeOf(identity.tenant);
    if (!store)
      throw new FleetglassError(
        'FORBIDDEN',
        'Your token belongs to no fleet that takes events: use another one.',
      );
    const { raw } = context.req;
    const type = mediaTypeOf(raw.headers);
    if (type !== 'application/json' && !NDJSON.has(type)) {
      throw new FleetglassError(
        'NOT_JSON',
        'Send a JSON array as `content-type: application/json`, or lines as `application/x-ndjson`.',
      );
    }
    const packed = isPacked(raw.headers);
    let claimed = 0;
    const claim = (bytes: number): void => {
      if (waitingBytes + bytes > maxWaitingBytes) {
        throw new FleetglassError(
          'RATE_LIMITED',
          'More events are waiting than can be stored: send these again later.',
        );
      }
      waitingBytes += bytes;
      claimed += bytes;
    };
    try {
      claim(Math.min(Number(raw.headers.get('content-length') ?? maxBytes) || 0, maxBytes));
      let body = await readBytes(raw, maxBytes);
      if (packed) {
        const bytes = unpackedBytes(body, maxBytes);
        claim(bytes);
        body = await unpack(body, bytes);
      }
      const text = body.toString('utf8');
      const drafts = draftsOf(NDJSON.has(type) ? linesOf(text) : arrayOf(text), identity);
      const { from, to } = await store.append(drafts, { dedupe: true, unowned: true });
      const accepted = to - from + 1;
      return context.json({ accepted, duplicates: drafts.length - accepted, from, to });
    } finally {
      waitingBytes -= claimed;
    }
  });
}

/** Version and time may be left out: those of this moment are meant. */
function stamped(item: unknown, now: number): unknown {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
  if ('v' in item && 'time' in item) return item;
  return { v: PROTOCOL_VERSION, time: now, ...item };
}

/** Runs a check of one event and names the event in its refusal. */
function at<T>(index: number, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!isFleetglassError(error)) throw error;
    const details: { [name: string]: Json } = { ...error.details, index };
    throw new FleetglassError(error.code, `Event ${index}: ${error.message}`, { details, cause: error });
  }
}

function arrayOf(text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FleetglassError('BAD_INPUT', 'The body is not JSON: send an array of events.', { cause });
  }
  if (!Array.isArray(value)) throw new FleetglassError('BAD_INPUT', 'Send the events as one JSON array.');
  return value;
}

function linesOf(text: string): readonly unknown[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) =>
    at(index, () => {
      try {
        return JSON.parse(line) as unknown;
      } catch (cause) {
        throw new FleetglassError('BAD_EVENT', 'The line is not JSON: write one event a line.', { cause });
      }
    }),
  );
}
