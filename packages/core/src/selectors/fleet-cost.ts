import type { CostTotals } from '../model/cost.js';
import { ZERO_COST } from '../model/cost.js';
import { isFinal } from '../model/status.js';
import type { FleetState, RunState } from '../projection/state.js';
import type { Table } from '../projection/table.js';
import type { KnownCostBasis } from '../protocol/usage.js';
import { amountSince } from './burn.js';
import { sumCosts } from './cost-sums.js';
import { followTable } from './follow-table.js';

const BASES: readonly KnownCostBasis[] = ['billed', 'list', 'custom', 'simulated'];

/**
 * What a run has cost since a moment. Of a run that began later it is its whole cost; of one that goes across the
 * moment, the amounts that its history holds since then, each basis by its share of the whole. When calls of unknown
 * cost were made is not known, so that they make both parts a lower bound.
 */
export function costSince(
  {
    totals: { cost },
    spend,
    createdAt,
    lastEventAt,
  }: Pick<RunState, 'totals' | 'spend' | 'createdAt' | 'lastEventAt'>,
  since: number,
): CostTotals {
  if (createdAt >= since) return cost;
  if (lastEventAt < since) return ZERO_COST;
  const nanoUsd = Math.min(cost.nanoUsd, Math.round(amountSince(spend, since)));
  const byBasis: { [B in KnownCostBasis]?: number } = {};
  const known = BASES.filter((basis) => (cost.byBasis[basis] ?? 0) > 0);
  let rest = nanoUsd;
  for (const [index, basis] of known.entries()) {
    const part = Math.round(nanoUsd * ((cost.byBasis[basis] ?? 0) / cost.nanoUsd));
    // The last one takes what rounding left over, so that the parts make up the whole.
    const amount = index === known.length - 1 ? rest : Math.min(rest, part);
    if (amount > 0) byBasis[basis] = amount;
    rest -= amount;
  }
  return { nanoUsd, byBasis, unknownCalls: cost.unknownCalls };
}

/** Sums what each run of a table costs. */
const followCosts = (costOf: (run: RunState) => CostTotals): ((runs: Table<RunState>) => CostTotals) => {
  const add = (sum: CostTotals, run: RunState | undefined, sign?: -1): CostTotals => {
    const cost = run ? costOf(run) : ZERO_COST;
    return cost.nanoUsd !== 0 || cost.unknownCalls > 0 ? sumCosts(sum, cost, sign) : sum;
  };
  return followTable(
    (runs) => {
      let sum: CostTotals = ZERO_COST;
      for (const run of runs.values()) sum = add(sum, run);
      return sum;
    },
    (last, changes) => changes.reduce((sum, { before, after }) => add(add(sum, before, -1), after), last),
  );
};

const sumOpen = followCosts(({ status, totals }) => (isFinal(status) ? ZERO_COST : totals.cost));

/**
 * What the runs that are not over have cost.
 *
 * @throws FleetglassError `COST_OVERFLOW` above the safe integer range
 */
export const selectOpenCost = (state: FleetState): CostTotals => sumOpen(state.runs);

/** Sums since a moment; the one that was not asked for longest goes first. */
const sums = new Map<number, (runs: Table<RunState>) => CostTotals>();
const MOST_SUMS = 4;

/**
 * What all runs that the state holds have cost since a moment; of everything without one.
 *
 * @throws FleetglassError `COST_OVERFLOW` above the safe integer range
 */
export function selectCostSince(state: FleetState, since = -Infinity): CostTotals {
  const sum = sums.get(since) ?? followCosts((run) => costSince(run, since));
  sums.delete(since);
  sums.set(since, sum);
  if (sums.size > MOST_SUMS) sums.delete(sums.keys().next().value as number);
  return sum(state.runs);
}
