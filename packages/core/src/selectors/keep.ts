/** Results that one {@link createKeep} remembers at first; the one that was not asked for longest goes first. */
const KEPT_AT_FIRST = 200;
/** Names of forgotten results by which it sees that more are in use. */
const NAMES_KEPT = 10_000;

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
 * identities sees no change. It remembers as many as are in use: whenever a forgotten one is asked for again, one more.
 */
export function createKeep<T extends object>(): (key: string, result: T) => T {
  const kept = new Map<string, T>();
  const forgotten = new Set<string>();
  let most = KEPT_AT_FIRST;
  return (key, result) => {
    const last = kept.get(key);
    const same = last && isSame(last, result) ? last : result;
    kept.delete(key);
    kept.set(key, same);
    if (forgotten.delete(key)) most += 1;
    if (kept.size > most) {
      const oldest = kept.keys().next().value as string;
      kept.delete(oldest);
      if (forgotten.size >= NAMES_KEPT) forgotten.clear();
      forgotten.add(oldest);
    }
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
