import type { WorkStatus } from '../model/status.js';
import type { List } from '../projection/list.js';
import type { FeedEntry, FleetState, RunState } from '../projection/state.js';
import type { TableChange } from '../projection/table.js';
import { followTable } from './follow-table.js';
import { createKeep, once } from './keep.js';

const NONE: readonly never[] = Object.freeze([]);

const reversed = once((ids: readonly string[]): readonly string[] => [...ids].reverse());

/** Ids of all runs, the newest first. The same array while no run appears or is forgotten. */
export const selectRunIds = (state: FleetState): readonly string[] => reversed(state.runs.ids());

/** A run; `undefined` when it is not held. Unchanged runs keep their identity. */
export const selectRun = (state: FleetState, runId: string): RunState | undefined => state.runs.get(runId);

/** What happened in a run, oldest first: the newest 200 lines. */
export const selectFeed = (state: FleetState, runId: string): readonly FeedEntry[] =>
  state.runs.get(runId)?.feed ?? NONE;

const keepCounts = createKeep<{ readonly [S in WorkStatus]?: number }>();

type RunCounts = { readonly [S in WorkStatus]?: number };

const countRuns = followTable<RunState, RunCounts>(
  (runs) =>
    keepCounts(
      '',
      countBy(runs.values(), (run) => run.status),
    ),
  (last, changes) => keepCounts('', recount(last, changes)),
);

/** Runs of the fleet by status; a status that no run has is absent. */
export const selectRunCounts = (state: FleetState): RunCounts => countRuns(state.runs);

function recount(counts: RunCounts, changes: readonly TableChange<RunState>[]): RunCounts {
  const next: { [S in WorkStatus]?: number } = { ...counts };
  const add = (run: RunState | undefined, by: 1 | -1): void => {
    if (run) next[run.status] = (next[run.status] ?? 0) + by;
  };
  for (const { before, after } of changes) {
    add(before, -1);
    add(after, 1);
  }
  return Object.fromEntries(Object.entries(next).filter(([, count]) => count > 0));
}

/** How many items fall under each name. */
export function countBy<T, K extends string>(
  items: Iterable<T>,
  nameOf: (item: T) => K,
): { [N in K]?: number } {
  const counts: { [N in K]?: number } = {};
  for (const item of items) {
    const name = nameOf(item);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Entities behind a run's list of keys, without those that were forgotten. */
export function* rowsOf<K extends string, T>(
  keys: List<K> | undefined,
  table: { get(key: string): T | undefined },
): Iterable<T> {
  for (const key of keys?.values() ?? NONE) {
    const row = table.get(key);
    if (row !== undefined) yield row;
  }
}
