/** Immutable append-only sequence; versions share their storage, so adding costs no copy of what was there. */
export interface List<T> {
  readonly length: number;
  at(index: number): T | undefined;
  /** Values from `start` up to, not including, `end`. */
  slice(start: number, end?: number): readonly T[];
  values(): IterableIterator<T>;
}

/** The first `length` items are this version's; later versions append to the same array. */
class SharedList<T> implements List<T> {
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

export function createList<T>(items: Iterable<T> = []): List<T> {
  const array = [...items];
  return new SharedList(array, array.length);
}

/** `list` with one more value at its end. `list` must come from this file. */
export function append<T>(list: List<T>, value: T): List<T> {
  const { items, length } = list as SharedList<T>;
  // A continuation of this version may have appended already: the same value (a replay) is shared, another one is not.
  if (items.length > length && items[length] !== value) return createList([...list.slice(0), value]);
  items[length] = value;
  return new SharedList(items, length + 1);
}
