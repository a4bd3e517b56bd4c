/**
 * Tokens of one or more model calls. Every converter normalises to this: `inputTokens` holds *all* input tokens,
 * the cache classes are parts of it, so `cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens <= inputTokens`.
 * A class that the source does not report is absent, which counts as 0 in sums.
 */
export interface Usage {
  readonly inputTokens: number;
  /** Part of `inputTokens` that was read from a cache. */
  readonly cacheReadTokens?: number;
  /** Part of `inputTokens` that was written to a five-minute cache. */
  readonly cacheWrite5mTokens?: number;
  /** Part of `inputTokens` that was written to a one-hour cache. */
  readonly cacheWrite1hTokens?: number;
  readonly outputTokens: number;
  /** Part of `outputTokens` that was spent on reasoning. */
  readonly reasoningTokens?: number;
}

/** Where a known amount comes from: `billed` by the provider, `list` price, `custom` price of the user, or a `simulated` model. */
export type KnownCostBasis = 'billed' | 'list' | 'custom' | 'simulated';

/** Where an amount comes from: a bill, a price list, prices of the user's own, a simulation, or nowhere. */
export type CostBasis = KnownCostBasis | 'unknown';

/** An amount of money in integer nano-dollars (1 USD = 1e9), or an honest `unknown`, which is never 0. */
export type Cost =
  | { readonly nanoUsd: number; readonly basis: KnownCostBasis }
  | { readonly nanoUsd?: never; readonly basis: 'unknown' };
