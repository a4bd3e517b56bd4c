/** Immutable append-only sequence; versions share their chunks, so adding costs no copy of what was there. */
export interface List<T> {
  readonly length: number;
  at(index: number): T | undefined;
  /** Values from `start` up to, not including, `end`. */
  slice(start: number, end?: number): readonly T[];
  values(): IterableIterator<T>;
}
