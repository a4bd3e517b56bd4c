import type { RunState, Totals } from '../projection/state.js';

/** A total as a screen says it. */
export interface TotalsView {
  readonly nanoUsd: number;
  /** Calls without a price are missing: shown with "≥". */
  readonly lowerBound: boolean;
  /** Not one call has a known price: shown as "—". */
  readonly unknown: boolean;
  /** Part of the known cost that a simulated model made up, 0 to 1. */
  readonly simulatedShare: number;
  /** Input and output tokens; cached and reasoning tokens are parts of them. */
  readonly tokens: number;
}

/** What to say about a total: how much is known, and how much of that is simulated. */
export function selectTotals({ cost, usage }: Totals): TotalsView {
  const lowerBound = cost.unknownCalls > 0;
  return {
    nanoUsd: cost.nanoUsd,
    lowerBound,
    unknown: lowerBound && cost.nanoUsd === 0,
    simulatedShare: cost.nanoUsd > 0 ? (cost.byBasis.simulated ?? 0) / cost.nanoUsd : 0,
    tokens: usage.inputTokens + usage.outputTokens,
  };
}

/**
 * Tokens a minute over the life of a run: all tokens divided by the time from its start to its end, or to `now`.
 *
 * @returns `undefined` in its first second
 */
export function selectThroughput(
  { totals, startedAt, createdAt, endedAt }: RunState,
  now: number,
): number | undefined {
  const elapsed = (endedAt ?? now) - (startedAt ?? createdAt);
  return elapsed < 1_000 ? undefined : (selectTotals(totals).tokens / elapsed) * 60_000;
}
