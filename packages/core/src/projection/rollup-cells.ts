import type { SparseSums } from './rollup-sums.js';
import { addSparse, emptySums } from './rollup-sums.js';

/** Length of the shortest span of time that is summed. */
export const HOUR_MS = 3_600_000;
/** Hours of one day. */
export const DAY_MS = 24 * HOUR_MS;

/** By what sums are broken down, in the order in which stores number it: a place once taken is kept for ever. */
export const ROLLUP_DIMENSIONS = ['run', 'thread', 'agent', 'role', 'model', 'taskType'] as const;

/** What something that is summed belongs to. Absent and empty mean that it belongs to none. */
export type RollupKeys = {
  readonly [D in (typeof ROLLUP_DIMENSIONS)[number]]?: string | undefined;
};

/** What was added within one hour to what belongs to the same things. */
export interface RollupCell {
  /** Beginning of the hour, in milliseconds since the epoch. */
  readonly start: number;
  readonly keys: RollupKeys;
  /** In the order of the columns of rollups. */
  readonly sums: readonly number[];
}

/** Keys with the name that they are found by. */
export interface RollupPlace {
  readonly keys: RollupKeys;
  readonly id: string;
}

export const placeOf = (keys: RollupKeys): RollupPlace => ({
  keys,
  id: JSON.stringify(ROLLUP_DIMENSIONS.map((dimension) => keys[dimension] ?? '')),
});

/** Sums by hour and by what they belong to. */
export interface RollupCells {
  add(time: number, place: RollupPlace, sums: SparseSums, sign?: 1 | -1): void;
  /** Those in which anything changed. */
  values(): RollupCell[];
}

interface OpenCell {
  readonly start: number;
  readonly keys: RollupKeys;
  readonly sums: number[];
}

export function createCells(): RollupCells {
  const hours = new Map<number, Map<string, OpenCell>>();
  return {
    add(time, { keys, id }, sums, sign = 1) {
      if (sums.length === 0) return;
      const start = Math.floor(time / HOUR_MS) * HOUR_MS;
      let hour = hours.get(start);
      if (!hour) {
        hour = new Map<string, OpenCell>();
        hours.set(start, hour);
      }
      let cell = hour.get(id);
      if (!cell) hour.set(id, (cell = { start, keys, sums: emptySums() }));
      addSparse(cell.sums, sums, sign);
    },
    values: () =>
      [...hours.values()].flatMap((hour) =>
        [...hour.values()].filter(({ sums }) => sums.some((sum) => sum !== 0)),
      ),
  };
}
