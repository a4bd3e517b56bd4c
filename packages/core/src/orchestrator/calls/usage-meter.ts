import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Cost, Usage } from '../../protocol/usage.js';
import { isRecord } from '../../lib/json.js';
import { isConsistentUsage } from '../../model/usage.js';
import type { Reservation } from '../budgets/reservation.js';

/** Follows what a call uses while it runs. */
export interface UsageMeter {
  /** The newest report of the whole call so far. */
  readonly last: Usage | undefined;
  /**
   * Takes a report of the whole call so far.
   *
   * @returns what was used since the one before; `undefined` for an impossible report
   */
  report(usage: Usage): { readonly usage: Usage; readonly cost: Cost } | undefined;
}

export function isUsage(usage: Usage): boolean {
  if (!isRecord(usage)) return false;
  const counts = [
    usage.inputTokens,
    usage.outputTokens,
    usage.cacheReadTokens ?? 0,
    usage.cacheWrite5mTokens ?? 0,
    usage.cacheWrite1hTokens ?? 0,
    usage.reasoningTokens ?? 0,
  ];
  return counts.every((count) => Number.isSafeInteger(count) && count >= 0) && isConsistentUsage(usage);
}

/** `now - before`, class by class, never below 0. */
function usageSince(before: Usage | undefined, now: Usage): Usage {
  const part = (a: number | undefined, b: number | undefined): number => Math.max(0, (a ?? 0) - (b ?? 0));
  return {
    inputTokens: part(now.inputTokens, before?.inputTokens),
    cacheReadTokens: part(now.cacheReadTokens, before?.cacheReadTokens),
    cacheWrite5mTokens: part(now.cacheWrite5mTokens, before?.cacheWrite5mTokens),
    cacheWrite1hTokens: part(now.cacheWrite1hTokens, before?.cacheWrite1hTokens),
    outputTokens: part(now.outputTokens, before?.outputTokens),
    reasoningTokens: part(now.reasoningTokens, before?.reasoningTokens),
  };
}

/**
 * @param price cost of a whole usage
 * @param onOverrun told once when the call has used more than was reserved for it against a hard limit
 */
export function createUsageMeter(
  { held, accounts, model }: Reservation,
  price: (usage: Usage) => Cost,
  onOverrun: (error: FleetglassError) => void,
): UsageMeter {
  const isHard = accounts.some(({ onLimit }) => onLimit !== 'warn');
  let last: Usage | undefined;
  let lastNanoUsd = 0;
  let isOver = false;

  const checkOverrun = (usage: Usage, nanoUsd: number | undefined): void => {
    const isDear = nanoUsd !== undefined && held.nanoUsd !== undefined && nanoUsd > held.nanoUsd;
    if (!isHard || isOver || !(isDear || usage.inputTokens + usage.outputTokens > held.tokens)) return;
    isOver = true;
    onOverrun(
      new FleetglassError(
        'BUDGET_EXCEEDED',
        `The call of ${model} used more than was reserved for it and was aborted; set maxOutputTokens or declare the model's true limits.`,
      ),
    );
  };

  return {
    get last() {
      return last;
    },
    report(usage) {
      if (!isUsage(usage)) return undefined;
      const cost = price(usage);
      const since = usageSince(last, usage);
      const nanoUsd = cost.nanoUsd === undefined ? undefined : Math.max(0, cost.nanoUsd - lastNanoUsd);
      last = usage;
      lastNanoUsd = cost.nanoUsd ?? lastNanoUsd;
      checkOverrun(usage, cost.nanoUsd);
      return {
        usage: since,
        cost:
          nanoUsd === undefined || cost.basis === 'unknown'
            ? { basis: 'unknown' }
            : { nanoUsd, basis: cost.basis },
      };
    },
  };
}
