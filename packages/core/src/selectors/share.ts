/**
 * `next`, with every part of it that equals the same part of `last` replaced by that one: what did not change keeps its
 * identity. For results of plain objects and arrays.
 */
export function share<T>(last: T | undefined, next: T): T {
  if (Object.is(last, next) || last === undefined) return next;
  if (!isPlain(last) || !isPlain(next) || Array.isArray(last) !== Array.isArray(next)) return next;
  const before = last as { readonly [name: string]: unknown };
  const after = next as { [name: string]: unknown };
  const names = Object.keys(after);
  let same = names.length === Object.keys(before).length;
  const entries = names.map((name) => {
    const had = Object.hasOwn(before, name);
    const value = had ? share(before[name], after[name]) : after[name];
    same &&= had && Object.is(value, before[name]);
    return [name, value] as const;
  });
  if (same) return last;
  // Names come from the outside: `__proto__` is one like any other.
  return (Array.isArray(next) ? entries.map(([, value]) => value) : Object.fromEntries(entries)) as T;
}

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null;
