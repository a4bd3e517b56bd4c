/** A map that forgets its oldest entry when it is full: memory of things that come from outside stays bounded. */
export interface BoundedMap<K, V> {
  readonly size: number;
  get(key: K): V | undefined;
  has(key: K): boolean;
  /** @returns the entry that was forgotten for it, if any */
  set(key: K, value: V): V | undefined;
  delete(key: K): void;
  values(): IterableIterator<V>;
  /** A copy: entries may be deleted while it is walked. */
  entries(): readonly (readonly [K, V])[];
}

export function createBoundedMap<K, V>(limit: number): BoundedMap<K, V> {
  const entries = new Map<K, V>();
  return {
    get size() {
      return entries.size;
    },
    get: (key) => entries.get(key),
    has: (key) => entries.has(key),
    set(key, value) {
      entries.set(key, value);
      if (entries.size <= limit) return undefined;
      const [oldest] = entries;
      if (!oldest) return undefined;
      entries.delete(oldest[0]);
      return oldest[1];
    },
    delete: (key) => void entries.delete(key),
    values: () => entries.values(),
    entries: () => [...entries],
  };
}
