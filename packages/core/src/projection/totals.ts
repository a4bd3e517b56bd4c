import { ZERO_COST } from '../model/cost.js';
import type { CostTotals } from '../model/cost.js';
import { addUsage, ZERO_USAGE } from '../model/usage.js';
import type { UsageTotals } from '../model/usage.js';
import type { Cost, KnownCostBasis } from '../protocol/usage.js';
import { entries, number, shape, usage } from './guard.js';
import type { SpanState, Totals } from './state.js';
import type { Draft } from './table.js';

export const ZERO_TOTALS: Totals = Object.freeze({
  cost: ZERO_COST,
  usage: ZERO_USAGE,
  modelCalls: 0,
  toolCalls: 0,
  toolErrors: 0,
});

/** `sum + price`; unlike `addCost` it never throws, as a fold must not. */
export function plusCost(sum: CostTotals, { basis, nanoUsd = 0 }: Cost): CostTotals {
  if (basis === 'unknown') return { ...sum, unknownCalls: sum.unknownCalls + 1 };
  return {
    nanoUsd: sum.nanoUsd + nanoUsd,
    byBasis: { ...sum.byBasis, [basis]: (sum.byBasis[basis] ?? 0) + nanoUsd },
    unknownCalls: sum.unknownCalls,
  };
}

export const costTotals = shape<CostTotals>({
  nanoUsd: number,
  byBasis: entries(number),
  unknownCalls: number,
});

/** Guard of stored totals. */
export const totals = shape<Totals>({
  cost: costTotals,
  usage,
  modelCalls: number,
  toolCalls: number,
  toolErrors: number,
});

export interface TotalsDraft extends Draft<Omit<Totals, 'cost' | 'usage'>> {
  readonly cost: Draft<Omit<CostTotals, 'byBasis'>> & {
    readonly byBasis: { [B in KnownCostBasis]?: number };
  };
  readonly usage: Draft<UsageTotals>;
}

/** A copy that can be changed in place. */
export const copyTotals = (totals: Totals): Totals => ({
  ...totals,
  cost: { ...totals.cost, byBasis: { ...totals.cost.byBasis } },
  usage: { ...totals.usage },
});

/** `sum + part`, in place. */
export function addTotals(sum: TotalsDraft, part: Totals): void {
  const { cost, usage: tokens } = part;
  sum.modelCalls += part.modelCalls;
  sum.toolCalls += part.toolCalls;
  sum.toolErrors += part.toolErrors;
  if (cost !== ZERO_COST) {
    sum.cost.nanoUsd += cost.nanoUsd;
    sum.cost.unknownCalls += cost.unknownCalls;
    for (const basis in cost.byBasis) {
      const known = basis as KnownCostBasis;
      sum.cost.byBasis[known] = (sum.cost.byBasis[known] ?? 0) + (cost.byBasis[known] ?? 0);
    }
  }
  if (tokens !== ZERO_USAGE) {
    sum.usage.inputTokens += tokens.inputTokens;
    sum.usage.cacheReadTokens += tokens.cacheReadTokens;
    sum.usage.cacheWrite5mTokens += tokens.cacheWrite5mTokens;
    sum.usage.cacheWrite1hTokens += tokens.cacheWrite1hTokens;
    sum.usage.outputTokens += tokens.outputTokens;
    sum.usage.reasoningTokens += tokens.reasoningTokens;
  }
}

/**
 * What a span adds to the totals of its run, agent and task. The only place that says so: each change of a span takes
 * away what it added before and adds what it adds now.
 */
export function contribution(span: Pick<SpanState, 'cost' | 'kind' | 'reused' | 'status' | 'usage'>): Totals {
  if (span.reused) return ZERO_TOTALS;
  const { cost, usage: tokens, kind } = span;
  const isTool = kind === 'tool';
  return {
    cost,
    usage: tokens,
    modelCalls: kind === 'model' ? 1 : 0,
    toolCalls: isTool ? 1 : 0,
    toolErrors: isTool && span.status === 'error' ? 1 : 0,
  };
}

/** What has to be added to `from` to make it `to`; `undefined` when nothing has. */
export function difference(to: Totals, from: Totals): Totals | undefined {
  const modelCalls = to.modelCalls - from.modelCalls;
  const toolCalls = to.toolCalls - from.toolCalls;
  const toolErrors = to.toolErrors - from.toolErrors;
  const sameCost = to.cost === from.cost;
  const sameUsage = to.usage === from.usage;
  if (sameCost && sameUsage && modelCalls === 0 && toolCalls === 0 && toolErrors === 0) return undefined;
  const cost = sameCost ? ZERO_COST : minusCost(to.cost, from.cost);
  return {
    cost,
    usage: sameUsage ? ZERO_USAGE : addUsage(to.usage, from.usage, -1),
    modelCalls,
    toolCalls,
    toolErrors,
  };
}

function minusCost(to: CostTotals, from: CostTotals): CostTotals {
  const byBasis: { [B in KnownCostBasis]?: number } = { ...to.byBasis };
  for (const basis in from.byBasis) {
    const known = basis as KnownCostBasis;
    byBasis[known] = (byBasis[known] ?? 0) - (from.byBasis[known] ?? 0);
  }
  return { nanoUsd: to.nanoUsd - from.nanoUsd, byBasis, unknownCalls: to.unknownCalls - from.unknownCalls };
}
