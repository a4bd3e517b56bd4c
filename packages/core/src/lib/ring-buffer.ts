/** First-in first-out store of at most `capacity` values; adding to a full one forgets the oldest. */
export interface RingBuffer<T> {
  readonly size: number;
  readonly capacity: number;
  push(value: T): void;
  /** Value `index` places after the oldest, or `undefined` outside the held range. */
  at(index: number): T | undefined;
  clear(): void;
  toArray(): T[];
}

export function createRingBuffer<T>(capacity: number): RingBuffer<T> {
  let values: (T | undefined)[] = [];
  let start = 0;
  let size = 0;
  return {
    get size() {
      return size;
    },
    capacity,
    push(value) {
      if (size < capacity) {
        values[(start + size) % capacity] = value;
        size += 1;
        return;
      }
      values[start] = value;
      start = (start + 1) % capacity;
    },
    at: (index) => (index < 0 || index >= size ? undefined : values[(start + index) % capacity]),
    clear() {
      values = [];
      start = 0;
      size = 0;
    },
    toArray: () => Array.from({ length: size }, (_, index) => values[(start + index) % capacity] as T),
  };
}
