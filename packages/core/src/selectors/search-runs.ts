import { WORK_STATUSES } from '../model/status.js';
import type { WorkStatus } from '../model/status.js';
import type { FleetState, RunState } from '../projection/state.js';
import { changesBetween } from '../projection/table.js';
import type { Priority } from '../protocol/events/task.js';
import { isSame } from './keep.js';
import { reorder } from './reorder.js';
import type { SortOrder, SortValue } from './search-order.js';
import { compareValues, sortRows, urgencyOf } from './search-order.js';
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

/** A column by which runs can be ordered. */
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

/** What is remembered for a query, so that only runs which changed are looked at again. */
interface Memo {
  readonly matches: WeakMap<RunState, readonly RunMatch[] | undefined>;
  runs?: FleetState['runs'];
  result?: RunSearch;
}

const memos = new WeakMap<RunQuery, Memo>();
const NO_MATCHES: ReadonlyMap<string, readonly RunMatch[]> = new Map<string, never>();
const NOTHING: readonly RunMatch[] = [];
/** Changed runs above which all are looked at. */
const MANY = 500;

/** A query at a moment. */
interface Asked {
  readonly state: FleetState;
  /** Where the words are found in a run that is wanted; `undefined` for one that is not. */
  readonly find: (run: RunState) => readonly RunMatch[] | undefined;
  readonly valueOf: (run: RunState) => SortValue;
  /** Which of two runs stands first: of equal ones the newer. */
  readonly compare: (a: RunState, b: RunState) => number;
  readonly direction: SortOrder['direction'];
  readonly hasWords: boolean;
}

/**
 * Runs whose own words, agents, tasks, labels or errors hold all words of the query, that pass its filters, in its
 * order; and where the words were found. What a change of one run costs hardly depends on how many there are.
 *
 * @param query a constant or memoised: what was found is remembered for it
 * @returns the same object while neither the runs nor their order nor what was found changes
 */
export function selectRunSearch(state: FleetState, query: RunQuery): RunSearch {
  let memo = memos.get(query);
  if (!memo) memos.set(query, (memo = { matches: new WeakMap() }));
  const { sort = NEWEST, filters } = query;
  const isTimeless = filters?.within === undefined && sort.column !== 'duration';
  if (isTimeless && memo.runs === state.runs && memo.result) return memo.result;
  const asked = ask(state, query, memo);
  const result = (isTimeless && follow(asked, memo)) || searchAll(asked, memo.result);
  memo.runs = state.runs;
  return (memo.result = result);
}

function ask(state: FleetState, query: RunQuery, { matches }: Memo): Asked {
  const words = wordsOf(query.text);
  const wanted = filterOf(query.filters, state.time);
  const find = (run: RunState): readonly RunMatch[] | undefined => {
    if (!wanted(run)) return undefined;
    if (words.length === 0) return NOTHING;
    if (!matches.has(run)) matches.set(run, matchRun(state, run, words));
    return matches.get(run);
  };
  const { column, direction } = query.sort ?? NEWEST;
  const valueOf = VALUES[column](state.time);
  const compare = (a: RunState, b: RunState): number =>
    compareValues(valueOf(a), valueOf(b), direction) || b.firstSeq - a.firstSeq;
  return { state, find, valueOf, compare, direction, hasWords: words.length > 0 };
}

function searchAll(
  { state, find, valueOf, direction, hasWords }: Asked,
  last: RunSearch | undefined,
): RunSearch {
  const found: RunState[] = [];
  const matches = new Map<string, readonly RunMatch[]>();
  for (const run of state.runs.values()) {
    const match = find(run);
    if (!match) continue;
    if (hasWords) matches.set(run.id, match);
    found.push(run);
  }
  found.sort((a, b) => b.firstSeq - a.firstSeq);
  const ids = sortRows(found, valueOf, direction).map((run) => run.id);
  const result: RunSearch = {
    ids: last && isSame(last.ids, ids) ? last.ids : ids,
    matches: last && sameMatches(last.matches, matches) ? last.matches : hasWords ? matches : NO_MATCHES,
    total: state.runs.size,
  };
  return last && isSame(last, result) ? last : result;
}
/** The result after the runs that changed since; `undefined` where all have to be looked at. */
function follow({ state, find, compare, hasWords }: Asked, memo: Memo): RunSearch | undefined {
  const { runs, result } = memo;
  const changes = runs && changesBetween(runs, state.runs);
  if (!result || !changes || changes.length > MANY) return undefined;
  const gone: RunState[] = [];
  const come: RunState[] = [];
  let matches: Map<string, readonly RunMatch[]> | undefined;
  for (const { before, after } of changes) {
    const last = before && (hasWords ? result.matches.get(before.id) : find(before));
    const match = after && find(after);
    const stays = before && after && last && match && compare(before, after) === 0;
    if (!stays && before && last) gone.push(before);
    if (!stays && after && match) come.push(after);
    if (!hasWords || match === last || (match && isSameMatch(match, last))) continue;
    matches ??= new Map(result.matches);
    if (after && match) matches.set(after.id, match);
    else matches.delete((after ?? before)?.id ?? '');
  }
  const total = state.runs.size;
  const moved = gone.length + come.length > 0;
  const ids = moved ? reorder(result.ids, { rowOf: (id) => runs.get(id), compare, gone, come }) : result.ids;
  if (!ids) return undefined;
  const next = { ids: isSame(result.ids, ids) ? result.ids : ids, matches: matches ?? result.matches, total };
  return isSame(result, next) ? result : next;
}

const NEWEST: SortOrder<RunColumn> = { column: 'started', direction: 'descending' };

const startOf = (run: RunState): number => run.startedAt ?? run.createdAt;

/** What each column sorts by, at a time. */
const VALUES: { readonly [C in RunColumn]: (now: number) => (run: RunState) => SortValue } = {
  name: () => (run) => run.name.toLowerCase(),
  // What goes on first, what needs nobody any more last.
  status: () => (run) => WORK_STATUSES.indexOf(run.status),
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
