import type { CostTotals } from '@fleetglass/core/client';
import type { Texts } from '../../context/monitor-context.js';
import { costLabels } from './cost-labels.js';

/** A sum of costs, ready to be shown. */
export interface CostDescription {
  /** "$1.23", "≥ $1.23" or "—". */
  readonly text: string;
  /** Where the amount comes from, or why it is not known; empty while nothing was spent. */
  readonly note: string;
  /** All decimals with the note, for a hint. */
  readonly hint: string;
  readonly certainty: 'exact' | 'atLeast' | 'unknown';
  readonly simulated: boolean;
}

const BASES = ['billed', 'list', 'custom', 'simulated'] as const;

/**
 * A cost that is not known is never 0: alone it is "—", beside known ones it makes the sum a lower bound.
 *
 * @param cutOff how many of the calls whose cost is unknown were cut off before they told what they used; `undefined`
 *   when nobody counted
 */
export function describeCost(cost: CostTotals, { format, labels }: Texts, cutOff?: number): CostDescription {
  const words = labels(costLabels);
  const known = BASES.filter((basis) => (cost.byBasis[basis] ?? 0) > 0);
  const missing = cost.unknownCalls > 0 ? [words.unknownReason(cost.unknownCalls, cutOff)] : [];
  const note = words.mixed([...known.map((basis) => words.basis[basis]), ...missing]);
  const simulated = known.includes('simulated');
  if (cost.unknownCalls > 0 && cost.nanoUsd === 0) {
    return { text: words.unknown, note, hint: note, certainty: 'unknown', simulated };
  }
  const exact = format.exactMoney(cost.nanoUsd);
  if (cost.unknownCalls > 0) {
    const text = words.atLeast(format.money(cost.nanoUsd));
    return { text, note, hint: words.hint(words.atLeast(exact), note), certainty: 'atLeast', simulated };
  }
  return {
    text: format.money(cost.nanoUsd),
    note,
    hint: words.hint(exact, note),
    certainty: 'exact',
    simulated,
  };
}
