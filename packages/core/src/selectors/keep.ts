/** Results remembered by one {@link createKeep}; the one that was not asked for longest goes first. */
const MAX_KEPT = 200;

/** Whether two arrays or flat objects have the same members. */
export function isSame<T extends object>(a: T, b: T): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return isSameList(a, b);
  const keys = Object.keys(a) as (keyof T)[];
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]));
}

/** Apart, because the names of an array's places are as many strings. */
function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (!Object.is(a[at], b[at])) return false;
  return true;
}

/**
 * Gives a result that has the same members as the last one for the same key its identity, so that whoever compares
 * identities sees no change.
 */
export function createKeep<T extends object>(): (key: string, result: T) => T {
  const kept = new Map<string, T>();
  return (key, result) => {
    const last = kept.get(key);
    const same = last && isSame(last, result) ? last : result;
    kept.delete(key);
    kept.set(key, same);
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value as string);
    return same;
  };
}

/** Remembers the result for an input, as long as somebody holds the input. */
export function once<I extends object, T>(compute: (input: I) => T): (input: I) => T {
  const results = new WeakMap<I, { readonly result: T }>();
  return (input) => {
    let entry = results.get(input);
    if (!entry) results.set(input, (entry = { result: compute(input) }));
    return entry.result;
  };
}
