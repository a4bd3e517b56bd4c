import { WORK_STATUSES } from '../model/status.js';
import type { WorkStatus } from '../model/status.js';
import type { FleetState, RunState } from '../projection/state.js';
import { changesBetween } from '../projection/table.js';
import type { Priority } from '../protocol/events/task.js';
import { isSame } from './keep.js';
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
  /** Places of runs in the result, made when a run may have moved. */
  places?: { readonly ids: readonly string[]; readonly of: ReadonlyMap<string, number> };
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
  readonly sort: SortOrder<RunColumn>;
  readonly hasWords: boolean;
}

/**
 * Runs whose own words, agents, tasks, labels or errors hold all words of the query, that pass its filters, in its
 * order; and where the words were found. A change of one run costs the same however many there are, unless it moves.
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
  const sort = query.sort ?? NEWEST;
  const find = (run: RunState): readonly RunMatch[] | undefined => {
    if (!wanted(run)) return undefined;
    if (words.length === 0) return NOTHING;
    if (!matches.has(run)) matches.set(run, matchRun(state, run, words));
    return matches.get(run);
  };
  return { state, find, valueOf: VALUES[sort.column](state.time), sort, hasWords: words.length > 0 };
}

function searchAll({ state, find, valueOf, sort, hasWords }: Asked, last: RunSearch | undefined): RunSearch {
  const found: RunState[] = [];
  const matches = new Map<string, readonly RunMatch[]>();
  for (const run of state.runs.values()) {
    const match = find(run);
    if (!match) continue;
    if (hasWords) matches.set(run.id, match);
    found.push(run);
  }
  const ids = sortRows(found.reverse(), valueOf, sort.direction).map((run) => run.id);
  const result: RunSearch = {
    ids: last && isSame(last.ids, ids) ? last.ids : ids,
    matches: last && sameMatches(last.matches, matches) ? last.matches : hasWords ? matches : NO_MATCHES,
    total: state.runs.size,
  };
  return last && isSame(last, result) ? last : result;
}

/** The result after the runs that changed since; `undefined` where all have to be looked at. */
function follow(asked: Asked, memo: Memo): RunSearch | undefined {
  const { runs, result } = memo;
  const { state, find, valueOf, sort, hasWords } = asked;
  const changes = runs && changesBetween(runs, state.runs);
  if (!result || !changes || changes.length > MANY) return undefined;
  const added: RunState[] = [];
  for (const { before, after } of changes) {
    if (!after) return undefined;
    const match = find(after);
    if (!before) {
      if (match) added.push(after);
      continue;
    }
    const last = result.matches.get(before.id) ?? find(before);
    if ((match === undefined) !== (last === undefined)) return undefined;
    if (!match || !last) continue;
    if (hasWords && match !== last && !isSameMatch(match, last)) return undefined;
    if (valueOf(before) !== valueOf(after) && !staysInPlace(after, asked, memo, result.ids)) return undefined;
  }
  const total = state.runs.size;
  if (added.length === 0) return total === result.total ? result : { ...result, total };
  if (sort.column !== NEWEST.column || sort.direction !== NEWEST.direction || hasWords) return undefined;
  const [first] = result.ids;
  let latest = first === undefined ? -Infinity : startOf(state.runs.get(first) as RunState);
  for (const run of added) {
    if (startOf(run) < latest) return undefined;
    latest = startOf(run);
  }
  return { ...result, total, ids: [...added.reverse().map((run) => run.id), ...result.ids] };
}

/** Whether a run stands between its neighbours with its new value too. */
function staysInPlace(
  run: RunState,
  { state, valueOf, sort }: Asked,
  memo: Memo,
  ids: readonly string[],
): boolean {
  if (memo.places?.ids !== ids) memo.places = { ids, of: new Map(ids.map((id, place) => [id, place])) };
  const place = memo.places.of.get(run.id) ?? -1;
  const compare = (at: number): number => {
    const neighbour = state.runs.get(ids[at] ?? '');
    return neighbour ? compareValues(valueOf(neighbour), valueOf(run), sort.direction) : 0;
  };
  // Beside an equal one the order of appearance would count.
  const isAfter = place === 0 || compare(place - 1) < 0;
  const isBefore = place === ids.length - 1 || compare(place + 1) > 0;
  return place >= 0 && isAfter && isBefore;
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
