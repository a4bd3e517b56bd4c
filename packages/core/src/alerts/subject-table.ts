interface Entry<T> {
  readonly runId: string | undefined;
  readonly name: string;
  readonly value: T;
}

/** Values by run and name; when there are too many, the one that was used longest ago is forgotten. */
export interface SubjectTable<T> {
  readonly size: number;
  get(runId: string | undefined, name: string): T | undefined;
  /** The value, made when there is none; now the one that was used last. */
  use(runId: string | undefined, name: string, create: () => T): T;
  remove(runId: string | undefined, name: string): void;
  ofRun(runId: string): readonly T[];
  removeRun(runId: string): void;
  values(): Iterable<T>;
}

/** @param onForget told what was forgotten because there were too many */
export function createSubjectTable<T>(limit: number, onForget?: (value: T) => void): SubjectTable<T> {
  const order = new Set<Entry<T>>();
  const runs = new Map<string | undefined, Map<string, Entry<T>>>();

  const drop = (entry: Entry<T>): void => {
    order.delete(entry);
    const run = runs.get(entry.runId);
    run?.delete(entry.name);
    if (run?.size === 0) runs.delete(entry.runId);
  };
  const find = (runId: string | undefined, name: string): Entry<T> | undefined => runs.get(runId)?.get(name);
  const entriesOf = (runId: string): readonly Entry<T>[] => [...(runs.get(runId)?.values() ?? [])];

  return {
    get size() {
      return order.size;
    },
    get: (runId, name) => find(runId, name)?.value,
    use(runId, name, create) {
      const known = find(runId, name);
      if (known) {
        order.delete(known);
        order.add(known);
        return known.value;
      }
      const entry: Entry<T> = { runId, name, value: create() };
      let run = runs.get(runId);
      if (!run) runs.set(runId, (run = new Map<string, Entry<T>>()));
      run.set(name, entry);
      order.add(entry);
      if (order.size > limit) {
        const [oldest] = order;
        if (oldest) {
          drop(oldest);
          onForget?.(oldest.value);
        }
      }
      return entry.value;
    },
    remove(runId, name) {
      const entry = find(runId, name);
      if (entry) drop(entry);
    },
    ofRun: (runId) => entriesOf(runId).map(({ value }) => value),
    removeRun(runId) {
      for (const entry of entriesOf(runId)) drop(entry);
    },
    *values() {
      for (const { value } of order) yield value;
    },
  };
}
