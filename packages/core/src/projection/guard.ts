import { isRecord } from '../lib/json.js';
import type { JsonObject } from '../lib/json.js';
import type { UsageTotals } from '../model/usage.js';
import type { Actor, Failure, Payload } from '../protocol/payload.js';
import type { Cost } from '../protocol/usage.js';
import type { Draft } from './table.js';

/*
 * The fold trusts nothing inside `data`, nor inside a stored state: each field that it reads passes one of these
 * guards, which return `undefined` for whatever does not have the documented shape.
 */

/** Reads a value; `undefined` means that it does not have the shape. */
export type Guard<T> = (value: unknown) => T | undefined;

/** A guard for each field of an entity. */
export type Fields<T> = { readonly [K in keyof T]-?: Guard<Exclude<T[K], undefined>> };

type OptionalKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

/** An object of unknown content. */
export type Data = Readonly<Record<string, unknown>>;

const NOTHING: Data = Object.freeze({});

/** The value itself, or an empty object when it is none. */
export function dataOf(value: unknown): Data {
  return isRecord(value) ? value : NOTHING;
}

/** Sets a field that is known; an unknown one stays absent or as it was. */
export function put<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

/** Copies the named fields, each through its guard; what does not have the shape stays as it was. */
export function take<T>(
  target: Draft<T>,
  data: Data,
  fields: Fields<T>,
  names: readonly (keyof T & string)[] = Object.keys(fields) as (keyof T & string)[],
): void {
  for (const name of names) {
    const value = fields[name](data[name]);
    if (value !== undefined) target[name] = value;
  }
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  return Number.isFinite(value) ? (value as number) : undefined;
}

/** A finite number that is not negative. */
export function amount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined;
}

/** A whole number that adds up exactly. */
export function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

export function oneOf<T extends string>(...values: readonly T[]): Guard<T> {
  return (value) => (values.includes(value as T) ? (value as T) : undefined);
}

export function object(value: unknown): JsonObject | undefined {
  return isRecord(value) ? (value as JsonObject) : undefined;
}

/** An array of whichever items have the shape. */
export function each<T>(guard: Guard<T>): Guard<T[]> {
  return (value) =>
    Array.isArray(value) ? value.map(guard).filter((item) => item !== undefined) : undefined;
}

/** The first 100 entries of an object whose values have the shape. */
export function entries<T>(guard: Guard<T>, limit = 100): Guard<{ [name: string]: T }> {
  return (value) =>
    isRecord(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter((entry): entry is [string, T & {}] => guard(entry[1]) !== undefined)
            .slice(0, limit),
        )
      : undefined;
}

/** An object with these fields, of which only the optional ones may be missing. */
export function shape<T>(fields: Fields<T>, ...optional: OptionalKeys<T>[]): Guard<T> {
  const required = (Object.keys(fields) as (keyof T)[]).filter(
    (name) => !(optional as (keyof T)[]).includes(name),
  );
  return (value) => {
    const result = {} as Draft<T>;
    take(result, dataOf(value), fields);
    return required.every((name) => result[name] !== undefined) ? result : undefined;
  };
}

export const actor = shape<Actor>({ id: text, name: text }, 'name');

export function failure(value: unknown): Failure | undefined {
  if (!isRecord(value)) return undefined;
  const error: Draft<Failure> = { code: 'UNKNOWN', message: '' };
  take<Failure>(error, value, { code: text, message: text, retryable: flag });
  return error;
}

type BlobPayload = Extract<Payload, { kind: 'blob' }>;

const blob = shape<BlobPayload>({
  kind: oneOf('blob'),
  ref: text,
  bytes: amount,
  mediaType: text,
  preview: text,
});

export function payload(value: unknown): Payload | undefined {
  const { kind, value: inline } = dataOf(value);
  if (kind === 'inline') return inline === undefined ? undefined : (value as Payload);
  return kind === 'blob' ? blob(value) : undefined;
}

const basis = oneOf('billed', 'list', 'custom', 'simulated');

const UNKNOWN: Cost = Object.freeze({ basis: 'unknown' });

/** `undefined` when there is none; one that cannot be understood is unknown, never 0. */
export function cost(value: unknown): Cost | undefined {
  if (value == null) return undefined;
  const data = dataOf(value);
  return basis(data['basis']) && count(data['nanoUsd']) !== undefined ? (value as Cost) : UNKNOWN;
}

export function usage(value: unknown): UsageTotals | undefined {
  if (!isRecord(value)) return undefined;
  return {
    inputTokens: count(value['inputTokens']) ?? 0,
    cacheReadTokens: count(value['cacheReadTokens']) ?? 0,
    cacheWrite5mTokens: count(value['cacheWrite5mTokens']) ?? 0,
    cacheWrite1hTokens: count(value['cacheWrite1hTokens']) ?? 0,
    outputTokens: count(value['outputTokens']) ?? 0,
    reasoningTokens: count(value['reasoningTokens']) ?? 0,
  };
}
