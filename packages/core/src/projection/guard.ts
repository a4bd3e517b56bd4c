import { isRecord } from '../lib/json.js';
import type { JsonObject } from '../lib/json.js';
import { ZERO_USAGE } from '../model/usage.js';
import type { UsageTotals } from '../model/usage.js';
import type { Actor, Failure, Payload } from '../protocol/payload.js';
import type { Cost } from '../protocol/usage.js';

/*
 * The fold trusts nothing inside `data`: each field that it reads passes one of these guards, which return
 * `undefined` for whatever does not have the documented shape.
 */

/** An object of unknown content. */
export type Data = Readonly<Record<string, unknown>>;

const NOTHING: Data = Object.freeze({});

/** Data of an event, empty when it is not an object. */
export function dataOf(value: unknown): Data {
  return isRecord(value) ? value : NOTHING;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A finite number that is not negative. */
export function amount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined;
}

/** A whole number that adds up exactly. */
export function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

export function oneOf<T extends string>(values: readonly T[]): (value: unknown) => T | undefined {
  return (value) => (values.includes(value as T) ? (value as T) : undefined);
}

export function object(value: unknown): JsonObject | undefined {
  return isRecord(value) ? (value as JsonObject) : undefined;
}

/** The first 100 fields of an object. */
export function few(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value).slice(0, 100)) as JsonObject;
}

/** Keys with string values, at most 100 of them. */
export function labels(value: unknown): { readonly [name: string]: string } {
  const entries = Object.entries(dataOf(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries.slice(0, 100));
}

export function list<T>(value: unknown, guard: (item: unknown) => T | undefined): readonly T[] {
  return Array.isArray(value) ? value.map(guard).filter((item) => item !== undefined) : [];
}

/** Sets a field that is known; an unknown one stays absent or as it was. */
export function put<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

export function actor(value: unknown): Actor | undefined {
  const { id, name } = dataOf(value);
  if (typeof id !== 'string') return undefined;
  return typeof name === 'string' ? { id, name } : { id };
}

export function failure(value: unknown): Failure | undefined {
  if (!isRecord(value)) return undefined;
  const { code, message, retryable } = value;
  const error = { code: text(code) ?? 'UNKNOWN', message: text(message) ?? '' };
  return typeof retryable === 'boolean' ? { ...error, retryable } : error;
}

export function payload(value: unknown): Payload | undefined {
  const { kind, value: inline, ref, bytes, mediaType, preview } = dataOf(value);
  if (kind === 'inline' && inline !== undefined) return value as Payload;
  if (kind !== 'blob' || typeof ref !== 'string') return undefined;
  return {
    kind,
    ref,
    bytes: amount(bytes) ?? 0,
    mediaType: text(mediaType) ?? 'application/octet-stream',
    preview: text(preview) ?? '',
  };
}

const KNOWN_BASES: ReadonlySet<unknown> = new Set(['billed', 'list', 'custom', 'simulated']);

const UNKNOWN_COST: Cost = Object.freeze({ basis: 'unknown' });

/** `undefined` when there is none; one that cannot be understood is unknown, never 0. */
export function cost(value: unknown): Cost | undefined {
  if (value === undefined || value === null) return undefined;
  const { basis, nanoUsd } = dataOf(value);
  return KNOWN_BASES.has(basis) && count(nanoUsd) !== undefined ? (value as Cost) : UNKNOWN_COST;
}

const CLASSES = Object.keys(ZERO_USAGE) as (keyof UsageTotals)[];

export function usage(value: unknown): UsageTotals | undefined {
  if (!isRecord(value)) return undefined;
  const result = { ...ZERO_USAGE } as { -readonly [K in keyof UsageTotals]: number };
  for (const name of CLASSES) result[name] = count(value[name]) ?? 0;
  return result;
}
