/**
 * Immutable collection of entities by id, in the order of their first appearance. Versions share every chunk that did
 * not change.
 */
export interface Table<T> {
  readonly size: number;
  get(id: string): T | undefined;
  has(id: string): boolean;
  ids(): readonly string[];
  values(): IterableIterator<T>;
}
