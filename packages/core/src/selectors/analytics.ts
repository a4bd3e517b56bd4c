import type { FleetState, RunState } from '../projection/state.js';
import { DIMENSIONS, DURATION_LIMITS, byCost, dayOf, digestOf } from './analytics-digest.js';
import type { DayDigest, Dimension, Outcomes, TaskCost, ToolTally } from './analytics-digest.js';
import { addTally, amountOf, newTally, tallyOf } from './analytics-tally.js';
import type { Amount, Tally } from './analytics-tally.js';
import { share } from './share.js';
import type { ZoneOffset } from './zone-offset.js';

/** Most days that are looked at; of a longer range the newest count. */
export const MAX_DAYS = 1_100;
const MAX_SLICES = 100;
const MAX_LABELS = 20;
const TOP = 10;

/** Which days to look at, as numbers of days since the epoch in a time zone, both included. */
export interface AnalyticsQuery {
  readonly from: number;
  readonly to: number;
  /** Only this run. @default all that the state holds */
  readonly runId?: string | undefined;
  /** Pass a constant or memoised function: what is known about a run is remembered for it. */
  readonly offsetAt: ZoneOffset;
}

/** The part of one agent, role, model, type, task or label. */
export interface Slice extends Amount {
  /** Empty where none was given. */
  readonly name: string;
  /** How many small ones it sums up; absent for one alone. */
  readonly others?: number;
}

export interface DayAmount extends Amount {
  readonly day: number;
  readonly runsStarted: number;
  /** Agents that joined. */
  readonly agents: number;
}

/** How the tasks of one type went. */
export interface TypeOutcome extends Readonly<Outcomes> {
  /** Task type; empty where none was given. */
  readonly name: string;
}

/** How often a tool was called, and how that went. */
export interface ToolUse extends Readonly<ToolTally> {
  readonly name: string;
}

export interface RunCost extends Amount {
  readonly runId: string;
  readonly name: string;
}

export interface PeriodTotals extends Amount {
  readonly runs: Readonly<DayDigest['runs']>;
}

/** Why the figures may be less than what happened. */
export interface AnalyticsPartial {
  /** Calls that runs of the range have forgotten; they count on the first day of their run, by no name. */
  readonly forgottenSpans: number;
  /** Day of the oldest run that is held, when the range begins before it. */
  readonly heldSince?: number;
}

/** What a fleet spent and did on some days. */
export interface Analytics {
  readonly from: number;
  readonly to: number;
  /** Every day of the range, the oldest first. */
  readonly days: readonly DayAmount[];
  readonly total: PeriodTotals;
  /** As many days right before. */
  readonly before: PeriodTotals;
  /** The most costly first. */
  readonly by: { readonly [D in Dimension]: readonly Slice[] };
  /** By the name of the label, then by its value. */
  readonly byLabel: { readonly [label: string]: readonly Slice[] };
  /** How many tasks and runs took how long, by the classes of `DURATION_LIMITS`. */
  readonly durations: { readonly tasks: readonly number[]; readonly runs: readonly number[] };
  /** By weekday (0 is Monday) and hour: model calls and nano-dollars, 7 times 24. */
  readonly hours: { readonly calls: readonly number[]; readonly spent: readonly number[] };
  readonly outcomes: readonly TypeOutcome[];
  /** The most used first. */
  readonly tools: readonly ToolUse[];
  readonly topRuns: readonly RunCost[];
  readonly topTasks: readonly TaskCost[];
  readonly partial: AnalyticsPartial;
}

const zeros = (length: number): number[] => Array.from({ length }, () => 0);

const addInto = (sums: number[], parts: readonly number[], from = 0): void => {
  parts.forEach((part, at) => (sums[from + at] = (sums[from + at] ?? 0) + part));
};

/** Weekday of a day since the epoch, which was a Thursday; 0 is Monday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** Everything that is added up while runs are gone through. */
function newSums() {
  return {
    total: newTally(),
    runs: { started: 0, completed: 0, failed: 0, other: 0 },
    by: Object.fromEntries(DIMENSIONS.map((name) => [name, new Map<string, Tally>()])) as {
      [D in Dimension]: Map<string, Tally>;
    },
    labels: new Map<string, Map<string, Tally>>(),
    taskDurations: zeros(DURATION_LIMITS.length + 1),
    runDurations: zeros(DURATION_LIMITS.length + 1),
    calls: zeros(168),
    spent: zeros(168),
    outcomes: new Map<string, Outcomes>(),
    tools: new Map<string, ToolTally>(),
    topTasks: [] as TaskCost[],
  };
}

function addDay(sums: ReturnType<typeof newSums>, number: number, day: DayDigest): void {
  addTally(sums.total, day.total);
  for (const dimension of DIMENSIONS) {
    for (const [name, tally] of day.by[dimension]) addTally(tallyOf(sums.by[dimension], name), tally);
  }
  addRuns(sums.runs, day.runs);
  addInto(sums.calls, day.calls, weekdayOf(number) * 24);
  addInto(sums.spent, day.spent, weekdayOf(number) * 24);
  addInto(sums.taskDurations, day.taskDurations);
  addInto(sums.runDurations, day.runDurations);
  for (const [name, { completed, failed, other }] of day.outcomes) {
    const sum = sums.outcomes.get(name) ?? { completed: 0, failed: 0, other: 0 };
    sum.completed += completed;
    sum.failed += failed;
    sum.other += other;
    sums.outcomes.set(name, sum);
  }
  for (const [name, tool] of day.tools) {
    const sum = sums.tools.get(name) ?? { calls: 0, errors: 0, totalMs: 0, ended: 0 };
    for (const field of Object.keys(sum) as (keyof ToolTally)[]) sum[field] += tool[field];
    sums.tools.set(name, sum);
  }
  sums.topTasks.push(...day.topTasks);
}

function addRuns(sums: DayDigest['runs'], part: DayDigest['runs']): void {
  for (const field of Object.keys(part) as (keyof DayDigest['runs'])[]) sums[field] += part[field];
}

function addLabels(sums: ReturnType<typeof newSums>, { labels }: RunState, tally: Tally): void {
  for (const [label, value] of Object.entries(labels)) {
    let values = sums.labels.get(label);
    if (!values && sums.labels.size >= MAX_LABELS) continue;
    if (!values) sums.labels.set(label, (values = new Map<string, Tally>()));
    addTally(tallyOf(values, value), tally);
  }
}

const costly = (a: Amount, b: Amount): number =>
  b.cost.nanoUsd - a.cost.nanoUsd || b.usage.inputTokens - a.usage.inputTokens;

/** The most costly first; what is beyond the bound becomes one. */
function slicesOf(tallies: ReadonlyMap<string, Tally>): readonly Slice[] {
  const slices: Slice[] = [...tallies].map(([name, tally]) => ({ name, ...amountOf(tally) })).sort(costly);
  if (slices.length <= MAX_SLICES) return slices;
  const rest = newTally();
  const small = slices.splice(MAX_SLICES - 1);
  for (const { name } of small) addTally(rest, tallies.get(name) as Tally);
  return [...slices, { name: '', others: small.length, ...amountOf(rest) }];
}

interface Remembered {
  readonly inputs: readonly RunState[];
  readonly result: Analytics;
}

const results = new WeakMap<ZoneOffset, Map<string, Remembered>>();
/** Ranges, and runs alone, that are remembered for one zone. */
const MAX_RANGES = 8;

/**
 * What the runs that the state holds spent and did on some days of a time zone. A run that has not changed is not
 * looked at again, and every part of the result that has not changed keeps its identity. Amounts without a price make
 * lower bounds (`cost.unknownCalls`), and `partial` says what is missing.
 *
 * @throws FleetglassError `COST_OVERFLOW` when a sum is beyond about 9 million USD
 */
export function selectAnalytics(state: FleetState, query: AnalyticsQuery): Analytics {
  const { offsetAt, runId } = query;
  const to = Math.max(query.from, query.to);
  const from = Math.max(query.from, to - MAX_DAYS + 1);
  const runs = runId === undefined ? [...state.runs.values()] : runsOf(state, runId);
  let ranges = results.get(offsetAt);
  if (!ranges) results.set(offsetAt, (ranges = new Map<string, Remembered>()));
  const key = JSON.stringify([from, to, runId]);
  const last = ranges.get(key);
  if (last && last.inputs.length === runs.length && runs.every((run, at) => run === last.inputs[at])) {
    return last.result;
  }
  const result = share(last?.result, compute(state, runs, from, to, offsetAt));
  ranges.delete(key);
  ranges.set(key, { inputs: runs, result });
  if (ranges.size > MAX_RANGES) ranges.delete(ranges.keys().next().value as string);
  return result;
}

/**
 * What one run spent and did, from its first day to its last: {@link selectAnalytics} of it alone. No other run is
 * looked at.
 *
 * @returns `undefined` for a run that the state does not hold
 * @throws FleetglassError `COST_OVERFLOW` when a sum is beyond about 9 million USD
 */
export function selectRunAnalytics(
  state: FleetState,
  runId: string,
  offsetAt: ZoneOffset,
): Analytics | undefined {
  const run = state.runs.get(runId);
  if (!run) return undefined;
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const day of digestOf(state, run, offsetAt).keys()) {
    from = Math.min(from, day);
    to = Math.max(to, day);
  }
  return selectAnalytics(state, { from, to, runId, offsetAt });
}

const runsOf = (state: FleetState, runId: string): readonly RunState[] => {
  const run = state.runs.get(runId);
  return run ? [run] : [];
};

function compute(
  state: FleetState,
  runs: readonly RunState[],
  from: number,
  to: number,
  offsetAt: ZoneOffset,
): Analytics {
  const length = to - from + 1;
  const sums = newSums();
  const before = { total: newTally(), runs: { started: 0, completed: 0, failed: 0, other: 0 } };
  const perDay = Array.from({ length }, () => ({ tally: newTally(), runsStarted: 0, agents: 0 }));
  const topRuns: RunCost[] = [];
  let forgottenSpans = 0;
  let heldSince = Number.POSITIVE_INFINITY;
  for (const run of runs) {
    heldSince = Math.min(heldSince, dayOf(run.createdAt, offsetAt));
    const inRange = newTally();
    let seen = false;
    for (const [number, day] of digestOf(state, run, offsetAt)) {
      if (number >= from - length && number < from) {
        addTally(before.total, day.total);
        addRuns(before.runs, day.runs);
      }
      const point = perDay[number - from];
      if (!point) continue;
      seen = true;
      addDay(sums, number, day);
      addTally(inRange, day.total);
      addTally(point.tally, day.total);
      point.runsStarted += day.runs.started;
      for (const count of day.joined.values()) point.agents += count;
    }
    if (!seen) continue;
    forgottenSpans += run.forgotten.spans;
    addLabels(sums, run, inRange);
    topRuns.push({ runId: run.id, name: run.name, ...amountOf(inRange) });
  }
  return {
    from,
    to,
    days: perDay.map(({ tally, runsStarted, agents }, at) => ({
      day: from + at,
      ...amountOf(tally),
      runsStarted,
      agents,
    })),
    total: { ...amountOf(sums.total), runs: sums.runs },
    before: { ...amountOf(before.total), runs: before.runs },
    by: Object.fromEntries(DIMENSIONS.map((name) => [name, slicesOf(sums.by[name])])) as Analytics['by'],
    byLabel: Object.fromEntries([...sums.labels].map(([label, values]) => [label, slicesOf(values)])),
    durations: { tasks: sums.taskDurations, runs: sums.runDurations },
    hours: { calls: sums.calls, spent: sums.spent },
    outcomes: [...sums.outcomes]
      .map(([name, outcome]) => ({ name, ...outcome }))
      .sort((a, b) => b.completed + b.failed - a.completed - a.failed)
      .slice(0, MAX_SLICES),
    tools: [...sums.tools]
      .map(([name, tool]) => ({ name, ...tool }))
      .sort((a, b) => b.calls - a.calls)
      .slice(0, MAX_SLICES),
    topRuns: topRuns.sort(costly).slice(0, TOP),
    topTasks: sums.topTasks.sort(byCost).slice(0, TOP),
    partial: { forgottenSpans, ...(heldSince > from && runs.length > 0 ? { heldSince } : {}) },
  };
}
