/** Values by a text, of which the ones asked for last stay. */
export interface RecentValues<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  clear(): void;
}

export interface RecentValuesOptions<T> {
  /** How much a value takes, in any unit. */
  readonly weightOf: (value: T) => number;
  /** So much is kept in all; a value that alone weighs more is not kept. */
  readonly mostWeight: number;
  readonly mostValues: number;
}

export function createRecentValues<T>(options: RecentValuesOptions<T>): RecentValues<T> {
  const { weightOf, mostWeight, mostValues } = options;
  const values = new Map<string, { readonly value: T; readonly weight: number }>();
  let weight = 0;

  const forget = (key: string): void => {
    weight -= values.get(key)?.weight ?? 0;
    values.delete(key);
  };

  return {
    get(key) {
      const known = values.get(key);
      if (!known) return undefined;
      values.delete(key);
      values.set(key, known);
      return known.value;
    },
    set(key, value) {
      forget(key);
      const entry = { value, weight: weightOf(value) };
      if (entry.weight > mostWeight) return;
      values.set(key, entry);
      weight += entry.weight;
      for (const oldest of values.keys()) {
        if (values.size <= mostValues && weight <= mostWeight) break;
        forget(oldest);
      }
    },
    clear() {
      values.clear();
      weight = 0;
    },
  };
}
