import type { Usage } from '@fleetglass/core/protocol';
import type { ExactRate, PricedClass } from './decimal.js';
import { sumToNano } from './decimal.js';

/** A rate that may rise with the size of the request. Tiers are sorted by `above`, ascending. */
export interface TieredRate {
  readonly base: ExactRate;
  readonly tiers: readonly { readonly above: number; readonly rate: ExactRate }[];
}

/** Rates of one model at one moment, in USD per million tokens; a class without a rate of its own is absent. */
export interface ModelRates {
  readonly input?: TieredRate;
  readonly cacheRead?: TieredRate;
  readonly cacheWrite?: TieredRate;
  readonly cacheWrite5m?: TieredRate;
  readonly cacheWrite1h?: TieredRate;
  readonly output?: TieredRate;
  readonly reasoning?: TieredRate;
  /** USD per thousand requests. */
  readonly requests?: ExactRate;
}

const PER_MILLION = 1_000_000n;
const PER_THOUSAND = 1_000n;

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The tier is chosen by the whole input of the request and then holds for every class of it. */
function rateFor(rate: TieredRate, requestTokens: number): ExactRate {
  let chosen = rate.base;
  for (const tier of rate.tiers) if (requestTokens > tier.above) chosen = tier.rate;
  return chosen;
}

/**
 * Exact cost of one call, rounded half up once.
 *
 * A class falls back to the class that contains it, as providers bill it: cache reads to input, reasoning to output.
 * One-hour writes do not fall back to the cheaper five-minute rate: where a provider charges for writes and the rate
 * of the longer ones is not listed, the price is not known.
 *
 * @returns nano-dollars, or `undefined` when a class that was used has no rate or a count is not a whole number
 */
export function costOf(rates: ModelRates, usage: Usage): bigint | undefined {
  const read = usage.cacheReadTokens ?? 0;
  const write5m = usage.cacheWrite5mTokens ?? 0;
  const write1h = usage.cacheWrite1hTokens ?? 0;
  const reasoning = usage.reasoningTokens ?? 0;
  if (![usage.inputTokens, read, write5m, write1h, usage.outputTokens, reasoning].every(isCount))
    return undefined;
  const cached = read + write5m + write1h;
  const requestTokens = Math.max(usage.inputTokens, cached);

  const thought = rates.reasoning ? Math.min(reasoning, usage.outputTokens) : 0;

  const used: readonly (readonly [count: number, rate: TieredRate | undefined])[] = [
    [requestTokens - cached, rates.input],
    [read, rates.cacheRead ?? rates.input],
    [write5m, rates.cacheWrite5m ?? rates.cacheWrite ?? rates.input],
    [write1h, rates.cacheWrite1h ?? (rates.cacheWrite || rates.cacheWrite5m ? undefined : rates.input)],
    [thought, rates.reasoning],
    [usage.outputTokens - thought, rates.output],
  ];
  const classes: PricedClass[] = [];
  for (const [count, rate] of used) {
    if (count === 0) continue;
    if (!rate) return undefined;
    classes.push({ count, rate: rateFor(rate, requestTokens), per: PER_MILLION });
  }
  if (rates.requests !== undefined) classes.push({ count: 1, rate: rates.requests, per: PER_THOUSAND });
  return hasAnyRate(rates) ? sumToNano(classes) : undefined;
}

function hasAnyRate(rates: ModelRates): boolean {
  return rates.input !== undefined || rates.output !== undefined || rates.requests !== undefined;
}
