'use client';

import type { BudgetState } from '@fleetglass/core/client';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { budgetLabels } from './budget-labels.js';

/** How a limit and its amounts are written. */
export interface BudgetWords {
  /** An amount in the limit's unit; `chosen` by a person, such as the limit itself. */
  readonly write: (amount: number, chosen?: boolean) => string;
  readonly scope: string;
}

/** Renders again only when the provider's language changes. */
export function useBudgetWords({
  unit,
  scope: { kind, id },
}: Pick<BudgetState, 'scope' | 'unit'>): BudgetWords {
  const { labels, format } = useTexts();
  const words = labels(budgetLabels);
  return {
    write(amount, chosen = false) {
      if (unit === 'usd') return (chosen ? format.chosenMoney : format.money)(amount);
      if (unit === 'seconds') return format.duration(amount * 1000);
      return words.unit[unit](format.compact(amount));
    },
    scope: words.scopeIn(words.scope[kind](plainText(id ?? '')), unit),
  };
}
