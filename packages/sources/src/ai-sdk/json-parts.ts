import type { Json } from '@fleetglass/core/protocol';
import { isRecord } from '../lib/guards.js';

const DATE = '$date';
const BYTES = '$base64';

/** What the AI SDK returned as JSON; dates and bytes are marked, what is undefined or no data is left out. */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (value instanceof Date) return { [DATE]: value.getTime() };
  if (value instanceof Uint8Array) return { [BYTES]: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object') return null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined && typeof field !== 'function')
      .map(([key, field]) => [key, toJson(field)]),
  );
}

export function fromJson(value: Json | undefined): unknown {
  if (Array.isArray(value)) return value.map((item: Json) => fromJson(item));
  if (!isRecord(value)) return value;
  if (typeof value[DATE] === 'number') return new Date(value[DATE]);
  if (typeof value[BYTES] === 'string') return new Uint8Array(Buffer.from(value[BYTES], 'base64'));
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, fromJson(field)]));
}
