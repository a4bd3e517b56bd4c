import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Json } from '../../lib/json.js';
import { findNonJson } from '../../lib/json.js';
import type { Store } from '../../log/store.js';
import type { Payload } from '../../protocol/payload.js';

/** Bytes of JSON above which a payload is stored apart. */
const INLINE_BYTES = 16_384;
const PREVIEW_CHARACTERS = 200;
/** No engine holds a text of more than about 2^29, and a store has to make one of a whole commit. */
const MOST_CHARACTERS = 2 ** 27;

/**
 * @throws FleetglassError `STATE_NOT_JSON` with the path of the first value that a JSON round trip would change,
 * `BAD_INPUT` for one that no store could hold
 */
export function assertJson(value: unknown, what: string): Json {
  const path = findNonJson(value);
  if (path) {
    throw new FleetglassError(
      'STATE_NOT_JSON',
      `${what} is not JSON at ${path}; return plain objects, arrays, strings, finite numbers, booleans and null.`,
      { details: { path } },
    );
  }
  if (fits(value as Json, MOST_CHARACTERS) < 0) {
    throw new FleetglassError(
      'BAD_INPUT',
      `${what} is larger than ${MOST_CHARACTERS / 2} characters of JSON; store it elsewhere and return where.`,
    );
  }
  return value as Json;
}

/** Whether the JSON of `value` is surely within `budget` characters; stops counting where it is not. */
function fits(value: Json, budget: number): number {
  if (typeof value === 'string') return budget - value.length * 2 - 2;
  if (typeof value !== 'object' || value === null) return budget - 8;
  let left = budget - 2;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      left = fits(item, left - 1);
      if (left < 0) return left;
    }
    return left;
  }
  const fields = value as { readonly [key: string]: Json };
  for (const key of Object.keys(fields)) {
    left = fits(fields[key] as Json, left - key.length - 4);
    if (left < 0) return left;
  }
  return left;
}

const TOO_LARGE = '[too large]';

/** Puts a value without its secrets inline, or its bytes into the store when they are many. */
export function toPayload(
  content: Json,
  { store, redact }: { readonly store: Store; readonly redact: <T>(value: T) => T | undefined },
): Payload | Promise<Payload> {
  const value = redact(content) ?? TOO_LARGE;
  if (fits(value, INLINE_BYTES) >= 0) return { kind: 'inline', value };
  const text = JSON.stringify(value);
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= INLINE_BYTES) return { kind: 'inline', value };
  return store.putBlob(bytes, 'application/json').then((ref) => ({
    kind: 'blob',
    ref,
    bytes: bytes.length,
    mediaType: 'application/json',
    preview: text.slice(0, PREVIEW_CHARACTERS),
  }));
}
