import { isFinal } from '../model/status.js';
import { draftOf, finish } from './fold.js';
import type { FleetState, RunState } from './state.js';
import type { Table } from './table.js';

/** How much a state may hold. */
export interface StateBounds {
  /** Most finished runs. */
  readonly runs: number;
  /** Most agents, tasks, spans, messages, approvals and alerts, of each, whose run the state does not hold. */
  readonly rows: number;
}

export const DEFAULT_BOUNDS: StateBounds = { runs: 500, rows: 20_000 };

const LISTS = ['agents', 'tasks', 'spans', 'messages'] as const;
const ITEMS = ['budgets', 'approvals', 'alerts'] as const;

type Row = { readonly runId?: string };

/**
 * The state without what is too much: the runs that finished first, with everything in them, and the oldest rows that
 * belong to no run of the state (a viewer restricted to an agent has only such). The state itself while it is within
 * its bounds. Runs that are not over always stay; each of them is bounded by the fold.
 */
export function withinBounds(state: FleetState, { runs, rows }: StateBounds): FleetState {
  const gone = state.runs.size > runs ? firstFinished(state.runs, runs) : [];
  const crowded = [...LISTS, ...ITEMS].filter((name) => name !== 'budgets' && state[name].size > rows);
  if (gone.length === 0 && crowded.length === 0) return state;
  const draft = draftOf(state);
  const ids = new Set<string | undefined>();
  for (const run of gone) {
    ids.add(run.id);
    draft.runs.remove(run.id);
    for (const name of LISTS) for (const key of run[name].values()) draft[name].remove(key);
  }
  if (gone.length > 0) {
    for (const name of ITEMS) removeRows(state[name], draft[name], Infinity, ({ runId }) => ids.has(runId));
  }
  for (const name of crowded) {
    const isLoose = ({ runId }: Row): boolean => runId === undefined || !state.runs.has(runId);
    removeRows(state[name], draft[name], state[name].size - rows, isLoose);
  }
  return finish(draft, state, state.seq, state.time);
}

function firstFinished(table: Table<RunState>, most: number): readonly RunState[] {
  const finished = [...table.values()].filter((run) => isFinal(run.status));
  if (finished.length <= most) return [];
  const endOf = (run: RunState): number => run.endedAt ?? run.lastEventAt;
  return finished.sort((a, b) => endOf(a) - endOf(b)).slice(0, finished.length - most);
}

function removeRows(
  table: Table<Row>,
  draft: { remove(key: string): void },
  most: number,
  isGone: (row: Row) => boolean,
): void {
  // Nearly always there is none: looking at rows is much cheaper than finding each by its key.
  if (!hasAny(table, isGone)) return;
  let removed = 0;
  for (const key of table.ids()) {
    if (removed >= most) return;
    if (!isGone(table.get(key) as Row)) continue;
    draft.remove(key);
    removed += 1;
  }
}

function hasAny(table: Table<Row>, isGone: (row: Row) => boolean): boolean {
  for (const row of table.values()) if (isGone(row)) return true;
  return false;
}
