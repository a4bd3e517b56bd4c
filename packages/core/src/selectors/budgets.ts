import { isFinal } from '../model/status.js';
import type { BudgetState, FleetState, RunState, Totals } from '../projection/state.js';
import { createKeep } from './keep.js';
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

/** Keys of the budgets that concern a run: its own, and those of no particular run. */
export function selectBudgetKeys(state: FleetState, runId: string): readonly string[] {
  const keys = state.budgets.ids().filter((key) => (state.budgets.get(key)?.runId ?? runId) === runId);
  return keepKeys(runId, keys);
}

/**
 * Progress towards a limit, from the totals of what its scope covers: the run, its agents of a name or role, its tasks
 * of a node, or for `fleet` and `thread` all runs that the state holds. Steps are finished tasks; seconds run from the
 * start of a run to its end or to `now`.
 */
export function selectBudget(state: FleetState, key: string, now: number): BudgetProgress | undefined {
  const budget = state.budgets.get(key);
  if (!budget) return undefined;
  const { unit, limit, warned, reachedAt } = budget;
  const runs = runsOf(state, budget);
  const parts = partsOf(state, budget, runs);
  const isWhole = parts === undefined;
  const covered = parts ?? runs.map((run) => run.totals);
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

function runsOf(state: FleetState, { runId, threadId, scope }: BudgetState): readonly RunState[] {
  const run = runId === undefined ? undefined : state.runs.get(runId);
  if (runId !== undefined) return run ? [run] : [];
  const thread = scope.kind === 'thread' ? (scope.id ?? threadId) : undefined;
  return [...state.runs.values()].filter((each) => thread === undefined || each.threadId === thread);
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
