import { defineLabels } from '../../labels/define-labels.js';
import type { BudgetScopeKind, BudgetUnit, OnLimit } from '@fleetglass/core/protocol';

export interface BudgetLabels {
  readonly title: string;
  readonly none: string;
  readonly noneHint: string;
  readonly scope: { readonly [K in BudgetScopeKind]: (id: string) => string };
  readonly unit: { readonly [U in BudgetUnit]: (amount: string) => string };
  /** Which of several limits of one scope this is. */
  readonly scopeIn: (scope: string, unit: BudgetUnit) => string;
  readonly of: (spent: string, limit: string) => string;
  readonly reserved: (amount: string) => string;
  readonly left: (amount: string) => string;
  readonly overspent: (amount: string) => string;
  readonly meter: (scope: string) => string;
  readonly meterValue: (share: string, spent: string, limit: string, reserved: string) => string;
  readonly marks: (shares: string) => string;
  readonly mark: (share: string) => string;
  readonly markPassed: (share: string) => string;
  readonly reached: (time: string) => string;
  readonly onLimit: { readonly [O in OnLimit]: string };
  readonly atLimit: (action: string) => string;
  readonly lowerBound: string;
}

export const budgetLabels = defineLabels<BudgetLabels>('budget', {
  title: 'Budget',
  none: 'No limit set',
  noneHint: 'Start the run with a budget to have a hard ceiling.',
  scope: {
    fleet: () => 'Whole fleet',
    thread: (id) => `Thread ${id}`,
    run: () => 'This run',
    agent: (id) => `Agent ${id}`,
    role: (id) => `Role ${id}`,
    node: (id) => `Node ${id}`,
  },
  unit: {
    usd: (amount) => amount,
    tokens: (amount) => `${amount} tokens`,
    steps: (amount) => `${amount} steps`,
    seconds: (amount) => amount,
  },
  scopeIn: (scope, unit) => (unit === 'usd' ? scope : `${scope}, ${unit === 'seconds' ? 'time' : unit}`),
  of: (spent, limit) => `${spent} of ${limit}`,
  reserved: (amount) => `${amount} reserved`,
  left: (amount) => `${amount} left`,
  overspent: (amount) => `${amount} over`,
  meter: (scope) => `Budget of ${scope}`,
  meterValue: (share, spent, limit, reserved) => `${share} used: ${spent} of ${limit}, ${reserved} reserved`,
  marks: (shares) => `Warns at ${shares}`,
  mark: (share) => `Warns at ${share}`,
  markPassed: (share) => `Warned at ${share}`,
  reached: (time) => `Limit reached at ${time}`,
  onLimit: {
    warn: 'warns',
    pause: 'pauses the run',
    ask: 'asks a person',
    downgrade: 'uses a cheaper model',
    stop: 'stops the run',
  },
  atLimit: (action) => `At the limit it ${action}`,
  lowerBound: 'Calls of unknown cost are not counted',
});
