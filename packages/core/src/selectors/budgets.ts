import { isFinal } from '../model/status.js';
import type { BudgetState, FleetState, RunState, Totals } from '../projection/state.js';
import type { Burn } from './burn.js';
import { selectBurnOf } from './burn.js';
import { costSince } from './fleet-cost.js';
import { createKeep } from './keep.js';
import { selectPeriod } from './periods.js';
import { rowsOf } from './runs.js';
import { selectTotals } from './totals.js';

/** How much of a limit is used, in the budget's unit (`usd` in nano-dollars). */
export interface BudgetProgress {
  readonly budget: BudgetState;
  readonly spent: number;
  /** Set aside for calls in flight. */
  readonly reserved: number;
  readonly limit: number;
  /** `spent` as a part of the limit; above 1 when it was passed. */
  readonly share: number;
  /** Greatest announced threshold that was passed; 0 when none was. */
  readonly warned: number;
  readonly reached: boolean;
  /** Calls without a price are missing from `spent`. */
  readonly lowerBound: boolean;
  /** Some of it was spent on a simulated model. */
  readonly simulated: boolean;
}

const keepKeys = createKeep<readonly string[]>();

/**
 * Keys of the budgets that concern a run: its own, those of its thread and the fleet's.
 *
 * @default runId those that runs share: of the fleet and of threads
 */
export function selectBudgetKeys(state: FleetState, runId?: string): readonly string[] {
  const run = runId === undefined ? undefined : state.runs.get(runId);
  const concerns = (budget: BudgetState | undefined): boolean => {
    if (!budget || budget.runId !== undefined) return budget?.runId === runId;
    return run === undefined || budget.scope.kind !== 'thread' || threadOf(run) === threadIn(budget);
  };
  const keys = state.budgets.ids().filter((key) => concerns(state.budgets.get(key)));
  return keepKeys(runId ?? '', keys);
}

/** A run without a thread is its own. */
const threadOf = ({ threadId, id }: RunState): string => threadId ?? id;
const threadIn = ({ scope, threadId }: BudgetState): string | undefined => scope.id ?? threadId;

/**
 * Progress towards a limit, from the totals of what its scope covers: the run, its agents of a name or role, its tasks
 * of a node, or for `fleet` and `thread` all runs that the state holds. Steps are finished tasks; seconds run from the
 * start of a run to its end or to `now`. Of a limit for a day, week or month only what was spent in the present one
 * counts; other units than USD are then those of all runs that went on in it.
 */
export function selectBudget(state: FleetState, key: string, now: number): BudgetProgress | undefined {
  const budget = state.budgets.get(key);
  if (!budget) return undefined;
  const { unit, limit, warned, reachedAt } = budget;
  const since = selectPeriod(budget.period, now)?.start ?? -Infinity;
  const runs = runsOf(state, budget).filter((run) => run.lastEventAt >= since);
  const parts = partsOf(state, budget, runs);
  const isWhole = parts === undefined;
  const covered = parts ?? runs.map((run) => ({ ...run.totals, cost: costSince(run, since) }));
  const costs = covered.map((part) => part.cost);
  const totals = covered.map(selectTotals);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const spent = {
    usd: () => sum(totals.map((part) => part.nanoUsd)),
    tokens: () => sum(totals.map((part) => part.tokens)),
    steps: () => sum(runs.map((run) => run.taskCounts.completed ?? 0)),
    seconds: () => sum(runs.map((run) => secondsOf(run, now))),
  }[unit]();
  return {
    budget,
    spent,
    reserved: unit === 'usd' && isWhole ? sum(runs.map((run) => run.reservedNanoUsd)) : 0,
    limit,
    share: limit > 0 ? spent / limit : 1,
    warned: Math.max(0, ...warned),
    reached: reachedAt !== undefined,
    lowerBound: unit === 'usd' && totals.some((part) => part.lowerBound),
    simulated: costs.some((cost) => (cost.byBasis.simulated ?? 0) > 0),
  };
}

function runsOf(state: FleetState, budget: BudgetState): readonly RunState[] {
  const { runId } = budget;
  const run = runId === undefined ? undefined : state.runs.get(runId);
  if (runId !== undefined) return run ? [run] : [];
  const thread = budget.scope.kind === 'thread' ? threadIn(budget) : undefined;
  return [...state.runs.values()].filter((each) => thread === undefined || threadOf(each) === thread);
}

/** Totals of the parts of runs that a scope names; `undefined` when it covers whole runs. */
function partsOf(
  state: FleetState,
  { scope: { kind, id } }: BudgetState,
  runs: readonly RunState[],
): readonly Totals[] | undefined {
  if (kind === 'node') {
    const tasks = runs.flatMap((run) => [...rowsOf(run.tasks, state.tasks)]);
    return tasks.filter((task) => task.node === id).map((task) => task.totals);
  }
  if (kind !== 'agent' && kind !== 'role') return undefined;
  const agents = runs.flatMap((run) => [...rowsOf(run.agents, state.agents)]);
  return agents
    .filter((agent) => (kind === 'role' ? agent.role : agent.id) === id)
    .map((agent) => agent.totals);
}

function secondsOf({ status, startedAt, createdAt, endedAt, lastEventAt }: RunState, now: number): number {
  const end = isFinal(status) ? (endedAt ?? lastEventAt) : now;
  return Math.max(0, end - (startedAt ?? createdAt)) / 1_000;
}

/**
 * Milliseconds until a limit in USD is reached at the present rate: what neither is spent nor reserved, divided by the
 * rate.
 *
 * @param perMinute nano-dollars
 * @returns `undefined` when it cannot be told: another unit, an unknown rate, or nothing being spent
 */
export function selectTimeToLimit(
  { budget, spent, reserved, limit }: BudgetProgress,
  perMinute: number | undefined,
): number | undefined {
  if (budget.unit !== 'usd' || perMinute === undefined || perMinute <= 0) return undefined;
  return (Math.max(0, limit - spent - reserved) / perMinute) * 60_000;
}

/**
 * How fast the runs below a limit spend; in nano-dollars.
 *
 * @returns `undefined` for a limit of single agents, roles or nodes, whose spending over time is not kept, and for one
 *   whose runs are all over
 */
export function selectBudgetBurn(state: FleetState, key: string, now: number): Burn | undefined {
  const budget = state.budgets.get(key);
  if (!budget || !/^(fleet|thread|run)$/.test(budget.scope.kind)) return undefined;
  const runs = runsOf(state, budget);
  return runs.some((run) => !isFinal(run.status)) ? selectBurnOf(runs, now) : undefined;
}

/** What will have been spent, in nano-dollars, if it goes on as it did. */
export interface BudgetProjection {
  readonly low: number;
  readonly high: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** How far a limit without a period is looked ahead. */
const AHEAD_MS = 600_000;
const HOUR = 3_600_000;

/**
 * A band between the lower and the higher of two rates: what is spent, plus the rate times the time until then.
 * For a limit of a day these are the rates of the day so far and of the last hour, of a week or month those of it so
 * far and of the last 24 hours, to its end; for one without a period those of the last minute and of the last five, for
 * ten minutes.
 *
 * @returns `undefined` where there is no rate, see {@link selectBudgetBurn}, another unit than USD, or nothing being
 *   spent
 */
export function selectProjection(state: FleetState, key: string, now: number): BudgetProjection | undefined {
  const burn = selectBudgetBurn(state, key, now);
  const progress = selectBudget(state, key, now);
  if (!progress || progress.budget.unit !== 'usd' || burn?.perMinute === undefined) return undefined;
  const { budget, spent } = progress;
  const period = selectPeriod(budget.period, now);
  const rates = period
    ? periodRates(runsOf(state, budget), spent, period.start, now, budget.period === 'day' ? HOUR : 24 * HOUR)
    : [burn.perMinute / 60_000, (burn.perMinute5 ?? 0) / 60_000];
  if (Math.max(...rates) <= 0) return undefined;
  const until = period?.end ?? now + AHEAD_MS;
  const at = (rate: number): number => Math.round(spent + rate * (until - now));
  return { low: at(Math.min(...rates)), high: at(Math.max(...rates)), until };
}

/** Nano-dollars a millisecond, since the beginning of a period and lately. */
function periodRates(
  runs: readonly RunState[],
  spent: number,
  start: number,
  now: number,
  window: number,
): readonly number[] {
  const since = Math.max(start, now - window);
  const age = Math.max(60_000, now - since);
  const lately = runs.reduce((sum, run) => sum + costSince(run, since).nanoUsd, 0);
  return [spent / Math.max(60_000, now - start), lately / age];
}

/**
 * Of all limits in USD that could still stop something, the one of which the greatest part is used: those that runs
 * share, and those of runs that are not over.
 */
export function selectNearestBudget(
  state: FleetState,
  now: number,
): (BudgetProgress & { readonly key: string }) | undefined {
  let nearest: { readonly key: string; readonly progress: BudgetProgress } | undefined;
  for (const key of state.budgets.ids()) {
    const budget = state.budgets.get(key);
    if (budget?.unit !== 'usd') continue;
    const run = budget.runId === undefined ? undefined : state.runs.get(budget.runId);
    if (budget.runId !== undefined && (!run || isFinal(run.status))) continue;
    const progress = selectBudget(state, key, now);
    if (progress && (!nearest || progress.share > nearest.progress.share)) nearest = { key, progress };
  }
  return nearest && { ...nearest.progress, key: nearest.key };
}
