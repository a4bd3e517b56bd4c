import { addNanoUsd } from '../model/cost.js';
import type { CostTotals } from '../model/cost.js';
import { ZERO_COST } from '../model/cost.js';
import type { UsageTotals } from '../model/usage.js';
import { addUsage, ZERO_USAGE } from '../model/usage.js';
import type { SpanState, Totals } from '../projection/state.js';
import { sumCosts } from './cost-sums.js';

/** What something cost and used. */
export interface Amount {
  readonly cost: CostTotals;
  readonly usage: UsageTotals;
  readonly modelCalls: number;
  /** Input and output tokens of the calls whose price is known: what a price per token is divided by. */
  readonly pricedTokens: number;
}

/** Nothing spent, of nothing. */
export const NO_AMOUNT: Amount = Object.freeze({
  cost: ZERO_COST,
  usage: ZERO_USAGE,
  modelCalls: 0,
  pricedTokens: 0,
});

const CLASSES = Object.keys(ZERO_USAGE) as (keyof UsageTotals)[];
const BASES = ['billed', 'list', 'custom', 'simulated'] as const;

/** An {@link Amount} that is being added up, in one flat object that is changed in place. */
export interface Tally {
  nanoUsd: number;
  billed: number;
  list: number;
  custom: number;
  simulated: number;
  unknownCalls: number;
  inputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  modelCalls: number;
  pricedTokens: number;
}

export const newTally = (): Tally => ({
  nanoUsd: 0,
  billed: 0,
  list: 0,
  custom: 0,
  simulated: 0,
  unknownCalls: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  modelCalls: 0,
  pricedTokens: 0,
});

/** The tally of a name; a new one the first time. */
export function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  let tally = tallies.get(name);
  if (!tally) tallies.set(name, (tally = newTally()));
  return tally;
}

/** Field by field: this is done for every call of every run. @throws FleetglassError `COST_OVERFLOW` */
function addParts(tally: Tally, { nanoUsd, byBasis, unknownCalls }: CostTotals, usage: UsageTotals): void {
  if (nanoUsd !== 0) {
    tally.nanoUsd = addNanoUsd(tally.nanoUsd, nanoUsd);
    tally.billed += byBasis.billed ?? 0;
    tally.list += byBasis.list ?? 0;
    tally.custom += byBasis.custom ?? 0;
    tally.simulated += byBasis.simulated ?? 0;
  }
  tally.unknownCalls += unknownCalls;
  tally.inputTokens += usage.inputTokens;
  tally.cacheReadTokens += usage.cacheReadTokens;
  tally.cacheWrite5mTokens += usage.cacheWrite5mTokens;
  tally.cacheWrite1hTokens += usage.cacheWrite1hTokens;
  tally.outputTokens += usage.outputTokens;
  tally.reasoningTokens += usage.reasoningTokens;
  if (unknownCalls === 0) tally.pricedTokens += usage.inputTokens + usage.outputTokens;
}

export function addSpan(tally: Tally, { cost, usage, kind }: SpanState): void {
  if (kind === 'model') tally.modelCalls += 1;
  // Tools and the like are free, most of them.
  if (cost !== ZERO_COST || usage !== ZERO_USAGE) addParts(tally, cost, usage);
}

/** @throws FleetglassError `COST_OVERFLOW` */
export function addTally(tally: Tally, part: Tally): void {
  tally.nanoUsd = addNanoUsd(tally.nanoUsd, part.nanoUsd);
  tally.billed += part.billed;
  tally.list += part.list;
  tally.custom += part.custom;
  tally.simulated += part.simulated;
  tally.unknownCalls += part.unknownCalls;
  tally.inputTokens += part.inputTokens;
  tally.cacheReadTokens += part.cacheReadTokens;
  tally.cacheWrite5mTokens += part.cacheWrite5mTokens;
  tally.cacheWrite1hTokens += part.cacheWrite1hTokens;
  tally.outputTokens += part.outputTokens;
  tally.reasoningTokens += part.reasoningTokens;
  tally.modelCalls += part.modelCalls;
  tally.pricedTokens += part.pricedTokens;
}

/**
 * What a run, agent or task has beyond the spans that are still held: those that were forgotten, and usage that a
 * source told without spans.
 *
 * @returns `undefined` when that is nothing
 */
export function beyond(totals: Totals, spans: Tally | undefined): Tally | undefined {
  const held = spans ? amountOf(spans) : NO_AMOUNT;
  const cost = sumCosts(totals.cost, held.cost, -1);
  const usage = addUsage(totals.usage, held.usage, -1);
  const calls = totals.modelCalls - held.modelCalls;
  if (cost.nanoUsd === 0 && cost.unknownCalls === 0 && calls === 0 && CLASSES.every((c) => usage[c] === 0))
    return undefined;
  const rest = newTally();
  addParts(rest, cost, usage);
  rest.modelCalls = calls;
  return rest;
}

export function amountOf(tally: Tally): Amount {
  const byBasis: { -readonly [B in keyof CostTotals['byBasis']]: number } = {};
  for (const basis of BASES) if (tally[basis] !== 0) byBasis[basis] = tally[basis];
  return {
    cost: { nanoUsd: tally.nanoUsd, byBasis, unknownCalls: tally.unknownCalls },
    usage: {
      inputTokens: tally.inputTokens,
      cacheReadTokens: tally.cacheReadTokens,
      cacheWrite5mTokens: tally.cacheWrite5mTokens,
      cacheWrite1hTokens: tally.cacheWrite1hTokens,
      outputTokens: tally.outputTokens,
      reasoningTokens: tally.reasoningTokens,
    },
    modelCalls: tally.modelCalls,
    pricedTokens: tally.pricedTokens,
  };
}

/** Share of the input that came from the cache, 0 to 1; `undefined` before any input. */
export function cacheEfficiency({ inputTokens, cacheReadTokens }: UsageTotals): number | undefined {
  return inputTokens > 0 ? Math.min(1, Math.max(0, cacheReadTokens / inputTokens)) : undefined;
}

/** Nano-dollars for 1,000 tokens, over the calls whose price is known; `undefined` without any. */
export function costPer1kTokens({ cost, pricedTokens }: Amount): number | undefined {
  return pricedTokens > 0 ? (cost.nanoUsd / pricedTokens) * 1_000 : undefined;
}
