/** Immutable append-only sequence; versions share their storage, so adding costs no copy of what was there. */
export interface List<T> {
  readonly length: number;
  at(index: number): T | undefined;
  /** Values from `start` up to, not including, `end`. */
  slice(start: number, end?: number): readonly T[];
  values(): IterableIterator<T>;
}

/** The first `length` items are this version's; later versions append to the same array. */
class Version<T> implements List<T> {
  constructor(
    readonly items: T[],
    readonly length: number,
  ) {}

  at(index: number): T | undefined {
    return index < this.length ? this.items[index] : undefined;
  }

  slice(start: number, end = this.length): readonly T[] {
    return this.items.slice(start, Math.min(end, this.length));
  }

  values(): IterableIterator<T> {
    return this.slice(0).values();
  }
}

/** A list of these values; it takes the array over. */
export function createList<T>(items: T[] = []): List<T> {
  return new Version(items, items.length);
}

/** `list` with one more value at its end. */
export function append<T>(list: List<T>, value: T): List<T> {
  const { length } = list;
  if (list instanceof Version) {
    const items = list.items as T[];
    // A continuation of this version may have appended already; the same value (a replay) is shared.
    if (items.length === length) items.push(value);
    if (items[length] === value) return new Version(items, length + 1);
  }
  return createList([...list.slice(0), value]);
}
