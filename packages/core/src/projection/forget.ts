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
export function chooseForgotten<K>(keys: List<K>, isOpen: (key: K) => boolean): Parting<K> {
  const few = Math.ceil(keys.length / 10);
  const gone: K[] = [];
  const open: K[] = [];
  let seen = 0;
  for (; gone.length < few && seen < keys.length; seen += 1) {
    const key = keys.at(seen) as K;
    (isOpen(key) ? open : gone).push(key);
  }
  if (gone.length === 0) gone.push(...open.splice(0, few));
  return { gone, kept: createList([...open, ...keys.slice(seen)]) };
}
