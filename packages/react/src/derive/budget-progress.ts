import type { BudgetState, CostTotals, FleetState, RunState, Totals } from '@fleetglass/core/client';
import { isFinal } from '@fleetglass/core/client';

/** How much of a limit is used, in the budget's unit (`usd` in nano-dollars). */
export interface BudgetProgress {
  readonly budget: BudgetState;
  readonly spent: number;
  /** Set aside for calls in flight. */
  readonly reserved: number;
  /** Calls without a price are missing from `spent`. */
  readonly lowerBound: boolean;
  readonly simulated: boolean;
  readonly reached: boolean;
}

export function budgetProgress(state: FleetState, key: string, now: number): BudgetProgress | undefined {
  const budget = state.budgets.get(key);
  if (!budget) return undefined;
  const runs =
    budget.runId === undefined ? [...state.runs.values()] : [state.runs.get(budget.runId)].filter(isRun);
  const { kind, id } = budget.scope;
  const whole = kind === 'run' || kind === 'fleet' || kind === 'thread';
  const parts: readonly Totals[] = whole
    ? runs.map((run) => run.totals)
    : totalsWithin(state, runs, kind, id);
  const costs = parts.map((part) => part.cost);
  const base = {
    budget,
    reserved: whole && budget.unit === 'usd' ? sum(runs, (run) => run.reservedNanoUsd) : 0,
    lowerBound: budget.unit === 'usd' && costs.some((cost) => cost.unknownCalls > 0),
    simulated: costs.some((cost) => (cost.byBasis.simulated ?? 0) > 0),
    reached: budget.reachedAt !== undefined,
  };
  switch (budget.unit) {
    case 'usd':
      return { ...base, spent: sum(costs, (cost: CostTotals) => cost.nanoUsd) };
    case 'tokens':
      return { ...base, spent: sum(parts, ({ usage }) => usage.inputTokens + usage.outputTokens) };
    case 'steps':
      return { ...base, spent: sum(runs, ({ taskCounts }) => taskCounts.completed ?? 0) };
    case 'seconds':
      return { ...base, spent: sum(runs, (run) => secondsOf(run, now)) };
  }
}

const isRun = (run: RunState | undefined): run is RunState => run !== undefined;

function totalsWithin(
  state: FleetState,
  runs: readonly RunState[],
  kind: BudgetState['scope']['kind'],
  id: string | undefined,
): readonly Totals[] {
  return runs.flatMap((run) => {
    if (kind === 'node') {
      const tasks = run.tasks.slice(0).map((key) => state.tasks.get(key));
      return tasks.flatMap((task) => (task && task.node === id ? [task.totals] : []));
    }
    const agents = run.agents.slice(0).map((key) => state.agents.get(key));
    return agents.flatMap((agent) =>
      agent && (kind === 'role' ? agent.role : agent.id) === id ? [agent.totals] : [],
    );
  });
}

function secondsOf(run: RunState, now: number): number {
  const end = isFinal(run.status) ? (run.endedAt ?? run.lastEventAt) : now;
  return Math.max(0, end - (run.startedAt ?? run.createdAt)) / 1000;
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

/** The limit in USD, of the run itself or of the whole fleet, of which least is left. */
export function nearestMoneyLimit(state: FleetState, runId: string): BudgetProgress | undefined {
  let nearest: BudgetProgress | undefined;
  for (const key of state.budgets.ids()) {
    const budget = state.budgets.get(key);
    if (budget?.unit !== 'usd' || (budget.scope.kind !== 'run' && budget.scope.kind !== 'fleet')) continue;
    if (budget.runId !== undefined && budget.runId !== runId) continue;
    const progress = budgetProgress(state, key, state.time);
    if (progress && (!nearest || leftOf(progress) < leftOf(nearest))) nearest = progress;
  }
  return nearest;
}

/** What is left of a limit; negative when more was spent. */
export const leftOf = ({ budget, spent }: BudgetProgress): number => budget.limit - spent;
