import { placeOf } from '../projection/rollup-cells.js';
import type { RollupCell } from '../projection/rollup-cells.js';
import { createRollupFold } from '../projection/rollup-fold.js';
import type { FleetEvent } from '../protocol/event.js';
import { createRollupRows, planRollup } from './rollup-rows.js';
import type { RollupRow, RollupQuery } from './rollups.js';

/** Sums of a log in memory. */
export interface MemoryRollups {
  add(events: readonly FleetEvent[]): void;
  read(query: RollupQuery): RollupRow[];
  /** A run was deleted: what it added stays, and its id may be used anew. */
  forget(runId: string): void;
  clear(): void;
}

interface HeldCell {
  readonly cell: RollupCell;
  readonly sums: number[];
}

/** Share of the cells that lose their run and thread when there are too many. */
const COARSENED = 0.5;

/**
 * @param maxCells most cells; beyond it the oldest ones no longer tell runs and threads apart, and where that is not
 * enough, the hours that were begun first are forgotten
 */
export function createMemoryRollups(maxCells: number): MemoryRollups {
  const fold = createRollupFold({ maxKnown: maxCells });
  /** By hour, then by what they belong to. */
  const hours = new Map<number, Map<string, HeldCell>>();
  let count = 0;

  const take = (cell: RollupCell): void => {
    let hour = hours.get(cell.start);
    if (!hour) {
      hour = new Map<string, HeldCell>();
      hours.set(cell.start, hour);
    }
    const { id } = placeOf(cell.keys);
    const held = hour.get(id);
    if (held) {
      for (let i = 0; i < held.sums.length; i += 1) held.sums[i] = (held.sums[i] ?? 0) + (cell.sums[i] ?? 0);
      return;
    }
    const sums = [...cell.sums];
    hour.set(id, { cell: { ...cell, sums }, sums });
    count += 1;
  };

  /** Every sum stays, but for which run it was is forgotten. */
  const coarsen = (): void => {
    let left = Math.ceil(count * COARSENED);
    for (const hour of hours.values()) {
      for (const [id, { cell }] of [...hour]) {
        if (left === 0) return;
        left -= 1;
        const { run, thread, ...keys } = cell.keys;
        if (!run && !thread) continue;
        hour.delete(id);
        count -= 1;
        take({ ...cell, keys });
      }
    }
  };

  const forgetHours = (): void => {
    for (const [start, { size }] of hours) {
      if (count <= maxCells || hours.size === 1) return;
      count -= size;
      hours.delete(start);
    }
  };

  return {
    add(events) {
      for (const cell of fold.fold(events).values()) take(cell);
      if (count > maxCells) coarsen();
      if (count > maxCells) forgetHours();
    },
    read(query) {
      const rows = createRollupRows(planRollup(query));
      for (const hour of hours.values()) for (const { cell } of hour.values()) rows.addCell(cell);
      return rows.rows();
    },
    forget: (runId) => fold.forget(runId),
    clear() {
      hours.clear();
      fold.forget();
      count = 0;
    },
  };
}
