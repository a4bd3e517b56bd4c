/** Heights of rows as they were measured, by key. */
export interface RowHeights {
  readonly get: (key: string) => number | undefined;
  /** @returns whether it differs from what was known, by more than a part of a pixel */
  readonly set: (key: string, height: number) => boolean;
}

/** Most heights remembered; the ones measured longest ago are estimated again. */
const MOST = 50_000;
const SAME = 0.5;

export function createRowHeights(): RowHeights {
  const known = new Map<string, number>();
  return {
    get: (key) => known.get(key),
    set(key, height) {
      const before = known.get(key);
      if (before !== undefined && Math.abs(before - height) <= SAME) return false;
      known.set(key, height);
      if (known.size > MOST) known.delete(known.keys().next().value as string);
      return true;
    },
  };
}
