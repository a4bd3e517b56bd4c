import { ZERO_COST } from '../model/cost.js';
import type { CostTotals } from '../model/cost.js';
import { ZERO_USAGE } from '../model/usage.js';
import type { UsageTotals } from '../model/usage.js';
import type { Cost, KnownCostBasis } from '../protocol/usage.js';
import type { SpanState, Totals } from './state.js';
import type { Draft, Held } from './table.js';

export const ZERO_TOTALS: Totals = Object.freeze({
  cost: ZERO_COST,
  usage: ZERO_USAGE,
  modelCalls: 0,
  toolCalls: 0,
  toolErrors: 0,
});

/** One call whose price is unknown. */
export const UNKNOWN_CALL: CostTotals = Object.freeze({ ...ZERO_COST, unknownCalls: 1 });

/** `sum + price`; unlike `addCost` it never throws, as a fold must not. */
export function plusCost(sum: CostTotals, { basis, nanoUsd = 0 }: Cost): CostTotals {
  if (basis === 'unknown') return { ...sum, unknownCalls: sum.unknownCalls + 1 };
  return {
    nanoUsd: sum.nanoUsd + nanoUsd,
    byBasis: { ...sum.byBasis, [basis]: (sum.byBasis[basis] ?? 0) + nanoUsd },
    unknownCalls: sum.unknownCalls,
  };
}

export interface TotalsDraft extends Draft<Omit<Totals, 'cost' | 'usage'>> {
  readonly cost: Draft<Omit<CostTotals, 'byBasis'>> & {
    readonly byBasis: { [B in KnownCostBasis]?: number };
  };
  readonly usage: Draft<UsageTotals>;
}

const copyTotals = (totals: Totals): TotalsDraft => ({
  ...totals,
  cost: { ...totals.cost, byBasis: { ...totals.cost.byBasis } },
  usage: { ...totals.usage },
});

/** Totals of an entity, copied once a batch. */
export function totalsOf<T extends { readonly totals: Totals }>({ value, owned }: Held<T>): TotalsDraft {
  if (!owned.has('totals')) {
    owned.add('totals');
    value.totals = copyTotals(value.totals);
  }
  return value.totals as TotalsDraft;
}

/** `sum + sign * part`, in place. */
export function addTotals(sum: TotalsDraft, part: Totals, sign: 1 | -1): void {
  const { cost, usage } = part;
  sum.modelCalls += sign * part.modelCalls;
  sum.toolCalls += sign * part.toolCalls;
  sum.toolErrors += sign * part.toolErrors;
  if (cost !== ZERO_COST) {
    sum.cost.nanoUsd += sign * cost.nanoUsd;
    sum.cost.unknownCalls += sign * cost.unknownCalls;
    for (const basis in cost.byBasis) {
      const known = basis as KnownCostBasis;
      sum.cost.byBasis[known] = (sum.cost.byBasis[known] ?? 0) + sign * (cost.byBasis[known] ?? 0);
    }
  }
  if (usage !== ZERO_USAGE) {
    sum.usage.inputTokens += sign * usage.inputTokens;
    sum.usage.cacheReadTokens += sign * usage.cacheReadTokens;
    sum.usage.cacheWrite5mTokens += sign * usage.cacheWrite5mTokens;
    sum.usage.cacheWrite1hTokens += sign * usage.cacheWrite1hTokens;
    sum.usage.outputTokens += sign * usage.outputTokens;
    sum.usage.reasoningTokens += sign * usage.reasoningTokens;
  }
}

/**
 * What a span adds to the totals of its run, agent and task. The only place that says so: each change of a span takes
 * away what it added before and adds what it adds now.
 */
export function contribution(span: SpanState): Totals {
  if (span.reused) return ZERO_TOTALS;
  const { cost, usage, kind } = span;
  const isTool = kind === 'tool';
  return {
    cost,
    usage,
    modelCalls: kind === 'model' ? 1 : 0,
    toolCalls: isTool ? 1 : 0,
    toolErrors: isTool && span.status === 'error' ? 1 : 0,
  };
}
