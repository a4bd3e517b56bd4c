/**
 * Folds the updates of several tasks into one value of a field. `current` is `undefined` where the field has no value
 * yet. It must not change its arguments.
 */
export interface Reducer<T> {
  (current: T | undefined, update: T): T;
  /** The same for many updates at once, for reducers that would otherwise copy what they hold for every update. */
  readonly many?: (current: T | undefined, updates: readonly T[]) => T;
  /** The field holds a value only for the tasks that follow its writer directly. */
  readonly ephemeral?: boolean;
}

/** Reducer of lists: updates are added at the end. */
export function append<T>(current: readonly T[] | undefined, update: readonly T[]): T[] {
  return current ? [...current, ...update] : [...update];
}

append.many = <T>(current: readonly T[] | undefined, updates: readonly (readonly T[])[]): T[] => {
  const all = current ? [...current] : [];
  for (const update of updates) for (const value of update) all.push(value);
  return all;
};

/**
 * For fields that pass something on to the next tasks only: what a task writes is seen by those that follow it directly
 * and is no part of the state after them. Of several writers the last one counts.
 */
export function ephemeral<T>(_current: T | undefined, update: T): T {
  return update;
}

ephemeral.ephemeral = true;
