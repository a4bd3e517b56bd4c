import type { WorkStatus } from '../model/status.js';
import type { FleetState, RunState } from '../projection/state.js';
import type { Priority } from '../protocol/events/task.js';
import { isSame } from './keep.js';
import type { SortOrder, SortValue } from './search-order.js';
import { sortRows, urgencyOf } from './search-order.js';
import type { RunMatch } from './search-text.js';
import { matchRun, wordsOf } from './search-text.js';

/** Which runs are wanted. Each member narrows; of the values of one, any will do. Serialisable. */
export interface RunFilters {
  readonly status?: readonly WorkStatus[];
  /** A run without a priority is a normal one. */
  readonly priority?: readonly Priority[];
  /** Written `name=value`, as {@link selectRunFacets} gives them. */
  readonly labels?: readonly string[];
  /** Formats that recordings were converted from; `''` is for runs of our own. */
  readonly source?: readonly string[];
  /** Milliseconds before the newest event within which a run began. */
  readonly within?: number;
  /** Milliseconds since the epoch between which a run began. */
  readonly from?: number;
  readonly to?: number;
}

export type RunColumn =
  | 'name'
  | 'status'
  | 'priority'
  | 'agents'
  | 'tasks'
  | 'tokens'
  | 'cost'
  | 'duration'
  | 'started'
  | 'lastEvent';

/** Which runs, in which order. Serialisable, so that a link can hold it. */
export interface RunQuery {
  /** Words of which each has to be found somewhere in a run. */
  readonly text?: string;
  readonly filters?: RunFilters;
  /** @default the newest first */
  readonly sort?: SortOrder<RunColumn>;
}

/** Runs that answer a query. */
export interface RunSearch {
  readonly ids: readonly string[];
  /** Where the words were found, by run; empty without words. */
  readonly matches: ReadonlyMap<string, readonly RunMatch[]>;
  /** Runs that there are, wanted or not. */
  readonly total: number;
}

/** What is remembered for a query, so that a run which did not change is not looked through again. */
interface Memo {
  readonly matches: WeakMap<RunState, readonly RunMatch[] | undefined>;
  last?: RunSearch;
}

const memos = new WeakMap<RunQuery, Memo>();
const NO_MATCHES: ReadonlyMap<string, never> = new Map<string, never>();

/**
 * Runs whose own words, agents, tasks, labels or errors hold all words of the query, that pass its filters, in its
 * order; and where the words were found.
 *
 * @param query a constant or memoised: what was found is remembered for it
 * @returns the same object while neither the runs nor their order nor what was found changes
 */
export function selectRunSearch(state: FleetState, query: RunQuery): RunSearch {
  let memo = memos.get(query);
  if (!memo) memos.set(query, (memo = { matches: new WeakMap() }));
  const words = wordsOf(query.text);
  const wanted = filterOf(query.filters, state.time);
  const found: RunState[] = [];
  const matches = new Map<string, readonly RunMatch[]>();
  for (const run of state.runs.values()) {
    if (!wanted(run)) continue;
    if (words.length > 0) {
      const known = memo.matches.has(run);
      const match = known ? memo.matches.get(run) : matchRun(state, run, words);
      if (!known) memo.matches.set(run, match);
      if (!match) continue;
      matches.set(run.id, match);
    }
    found.push(run);
  }
  const { column, direction } = query.sort ?? NEWEST;
  const sorted = sortRows(found.reverse(), VALUES[column](state.time), direction);
  const { last } = memo;
  const ids = sorted.map((run) => run.id);
  const result: RunSearch = {
    ids: last && isSame(last.ids, ids) ? last.ids : ids,
    matches:
      last && sameMatches(last.matches, matches) ? last.matches : matches.size > 0 ? matches : NO_MATCHES,
    total: state.runs.size,
  };
  return (memo.last = last && isSame(last, result) ? last : result);
}

const NEWEST: SortOrder<RunColumn> = { column: 'started', direction: 'descending' };

const STATUSES: readonly WorkStatus[] = [
  'running',
  'waiting',
  'paused',
  'queued',
  'failed',
  'stopped',
  'cancelled',
  'skipped',
  'completed',
];

const startOf = (run: RunState): number => run.startedAt ?? run.createdAt;

/** What each column sorts by, at a time. */
const VALUES: { readonly [C in RunColumn]: (now: number) => (run: RunState) => SortValue } = {
  name: () => (run) => run.name.toLowerCase(),
  // What goes on first, what needs nobody any more last.
  status: () => (run) => STATUSES.indexOf(run.status),
  priority: () => (run) => urgencyOf(run.priority),
  agents: () => (run) => run.agents.length,
  tasks: () => progressOf,
  tokens:
    () =>
    ({ totals: { usage } }) =>
      usage.inputTokens + usage.outputTokens,
  cost:
    () =>
    ({ totals: { cost } }) =>
      cost.unknownCalls > 0 && cost.nanoUsd === 0 ? undefined : cost.nanoUsd,
  duration: (now) => (run) => (run.endedAt ?? Math.max(now, run.lastEventAt)) - startOf(run),
  started: () => startOf,
  lastEvent: () => (run) => run.lastEventAt,
};

/** Share of a run's tasks that are over, 0 to 1; `undefined` without a task. */
function progressOf({ taskCounts, tasks }: RunState): number | undefined {
  const { completed = 0, failed = 0, cancelled = 0, skipped = 0, stopped = 0 } = taskCounts;
  return tasks.length === 0 ? undefined : (completed + failed + cancelled + skipped + stopped) / tasks.length;
}

function filterOf(filters: RunFilters = {}, now: number): (run: RunState) => boolean {
  const { status, priority, labels, source, within, from = -Infinity, to = Infinity } = filters;
  const earliest = within === undefined ? from : Math.max(from, now - within);
  return (run) =>
    startOf(run) >= earliest &&
    startOf(run) <= to &&
    (!status?.length || status.includes(run.status)) &&
    (!priority?.length || priority.includes(run.priority ?? 'normal')) &&
    (!source?.length || source.includes(run.source ?? '')) &&
    (!labels?.length || labels.some((label) => hasLabel(run, label)));
}

function hasLabel({ labels }: RunState, label: string): boolean {
  const at = label.indexOf('=');
  const name = label.slice(0, at);
  return Object.hasOwn(labels, name) && labels[name] === label.slice(at + 1);
}

function sameMatches(a: RunSearch['matches'], b: RunSearch['matches']): boolean {
  if (a.size !== b.size) return false;
  for (const [id, match] of a) if (b.get(id) !== match && !isSameMatch(match, b.get(id))) return false;
  return true;
}

const isSameMatch = (a: readonly RunMatch[], b: readonly RunMatch[] | undefined): boolean =>
  a.length === b?.length && a.every((match, index) => isSame(match, b[index] as RunMatch));
