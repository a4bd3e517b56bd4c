import type { MonitorSnapshot } from '@fleetglass/core/client';

/** Whether two results of a selector are the same for the screen. */
export type Equality<T> = (a: T, b: T) => boolean;

/** Selects once a snapshot, and keeps the identity of a result that is equal to the one before. */
export function createSelection<T>(
  getSnapshot: () => MonitorSnapshot,
  select: (snapshot: MonitorSnapshot) => T,
  isEqual: Equality<T>,
): () => T {
  let last: { readonly snapshot: MonitorSnapshot; readonly result: T } | undefined;
  return () => {
    const snapshot = getSnapshot();
    if (last?.snapshot === snapshot) return last.result;
    const next = select(snapshot);
    const result = last && isEqual(last.result, next) ? last.result : next;
    last = { snapshot, result };
    return result;
  };
}

/** Equal members, compared by identity. */
export function isShallowEqual<T extends object>(a: T, b: T): boolean {
  if (a === b) return true;
  const keys = Object.keys(a) as (keyof T)[];
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]));
}

/** {@link isShallowEqual}, where there may be none. */
export function isSameOrNone<T extends object>(a: T | undefined, b: T | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isShallowEqual(a, b));
}
