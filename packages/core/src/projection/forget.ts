import type { List } from './list.js';
import { createList } from './list.js';

/** Which of a run's entities to forget, and which stay. */
export interface Parting<K> {
  readonly gone: readonly K[];
  readonly kept: List<K>;
}

/**
 * Chooses a tenth of `keys` (at least one), so that the work is spread over many events: the oldest that are over, or
 * when all are still open, the oldest.
 */
export function chooseForgotten<K extends string>(keys: List<K>, isOpen: (key: K) => boolean): Parting<K> {
  const all = keys.slice(0);
  const few = Math.ceil(all.length / 10);
  const over = new Set<K>();
  for (const key of all) {
    if (over.size === few) break;
    if (!isOpen(key)) over.add(key);
  }
  const gone = over.size > 0 ? over : new Set(all.slice(0, few));
  return { gone: [...gone], kept: createList(all.filter((key) => !gone.has(key))) };
}
