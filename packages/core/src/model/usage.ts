import type { Usage } from '../protocol/usage.js';

/** A {@link Usage} with every class present. */
export type UsageTotals = Required<Usage>;

/** No tokens of any class. */
export const ZERO_USAGE: UsageTotals = Object.freeze({
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
});

/** `sum + sign * part`, class by class. */
export function addUsage(sum: UsageTotals, part: Usage, sign: 1 | -1 = 1): UsageTotals {
  return {
    inputTokens: sum.inputTokens + sign * part.inputTokens,
    cacheReadTokens: sum.cacheReadTokens + sign * (part.cacheReadTokens ?? 0),
    cacheWrite5mTokens: sum.cacheWrite5mTokens + sign * (part.cacheWrite5mTokens ?? 0),
    cacheWrite1hTokens: sum.cacheWrite1hTokens + sign * (part.cacheWrite1hTokens ?? 0),
    outputTokens: sum.outputTokens + sign * part.outputTokens,
    reasoningTokens: sum.reasoningTokens + sign * (part.reasoningTokens ?? 0),
  };
}

/** Whether the parts fit into the wholes; a converter whose result does not is wrong about its source's convention. */
export function isConsistentUsage(usage: Usage): boolean {
  const cache =
    (usage.cacheReadTokens ?? 0) + (usage.cacheWrite5mTokens ?? 0) + (usage.cacheWrite1hTokens ?? 0);
  return cache <= usage.inputTokens && (usage.reasoningTokens ?? 0) <= usage.outputTokens;
}
