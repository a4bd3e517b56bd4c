import { FleetglassError } from '../errors/fleetglass-error.js';
import { dataOf } from './guard.js';

const ABSENT = Symbol('absent');

/** Reads a value; `undefined` means that it does not have the shape. */
export type Guard<T> = (value: unknown) => T | undefined;

type Field<T> = (value: unknown) => T | undefined | typeof ABSENT;

export type Fields<T> = { readonly [K in keyof T]-?: Field<Exclude<T[K], undefined>> };

/** A field that may be absent. */
export function maybe<T>(guard: Guard<T>): Field<T> {
  return (value) => (value === undefined ? ABSENT : guard(value));
}

/** An object with exactly these fields. */
export function shape<T extends object>(fields: Fields<T>): Guard<T> {
  const entries = Object.entries(fields) as [keyof T & string, Field<T[keyof T]>][];
  return (value) => {
    const data = dataOf(value);
    const result: Partial<T> = {};
    for (const [name, read] of entries) {
      const field = read(Object.hasOwn(data, name) ? data[name] : undefined);
      if (field === undefined) return undefined;
      if (field !== ABSENT) result[name] = field as T[keyof T & string];
    }
    return result as T;
  };
}

/** An array of which every item has the shape. */
export function each<T>(guard: Guard<T>): Guard<T[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map(guard);
    return items.includes(undefined) ? undefined : (items as T[]);
  };
}

/** @throws FleetglassError `BAD_INPUT` when the value does not have the shape */
export function demand<T>(guard: Guard<T>, value: unknown, what: string): T {
  const result = guard(value);
  if (result !== undefined) return result;
  throw new FleetglassError('BAD_INPUT', `The stored state's ${what} cannot be read; fold the log anew.`);
}
