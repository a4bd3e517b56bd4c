import type { FleetState, RunState } from '../projection/state.js';
import { followTable } from './follow-table.js';
import { createKeep } from './keep.js';

/** How many events of each type. */
type Dropped = { readonly [type: string]: number };

function addTo(sums: Map<string, number>, dropped: Dropped = {}, sign: 1 | -1 = 1): void {
  for (const [type, count] of Object.entries(dropped)) sums.set(type, (sums.get(type) ?? 0) + sign * count);
}

const inRuns = followTable<RunState, ReadonlyMap<string, number>>(
  (runs) => {
    const sums = new Map<string, number>();
    for (const { dropped } of runs.values()) addTo(sums, dropped);
    return sums;
  },
  (last, changes) => {
    const others = changes.filter(({ before, after }) => before?.dropped !== after?.dropped);
    if (others.length === 0) return last;
    const sums = new Map(last);
    for (const { before, after } of others) {
      addTo(sums, before?.dropped, -1);
      addTo(sums, after?.dropped);
    }
    return sums;
  },
);

const keep = createKeep<Dropped>();

/** Events that were dropped before they were stored, by type, of all runs and of none. The same object while none is. */
export function selectDropped({ runs, dropped }: FleetState): Dropped {
  const sums = new Map(inRuns(runs));
  addTo(sums, dropped);
  return keep('', Object.fromEntries([...sums].filter(([, count]) => count > 0)));
}
