import { defineLabels } from '../../labels/define-labels.js';
import type { BudgetPeriod, BudgetScopeKind, BudgetUnit, OnLimit } from '@fleetglass/core/protocol';

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
  /** Of limits that runs share. */
  readonly sharedTitle: string;
  readonly sharedNone: string;
  readonly sharedNoneHint: string;
  readonly period: { readonly [P in BudgetPeriod]: string };
  readonly toLimit: (duration: string) => string;
  /** A band, and for when. */
  readonly projected: (low: string, high: string, when: string) => string;
  readonly projectedOne: (amount: string, when: string) => string;
  /** How the band is computed. */
  readonly projectedHint: { readonly [P in BudgetPeriod]: string };
  readonly atPeriodEnd: string;
  readonly inTenMinutes: string;
  readonly raise: string;
  readonly change: string;
  readonly question: string;
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
  sharedTitle: 'Shared budgets',
  sharedNone: 'No limit is shared by all runs',
  sharedNoneHint: 'Give the orchestrator a budget for a day, a week or a month.',
  period: { run: '', day: 'per day (UTC)', week: 'per week (UTC, from Monday)', month: 'per month (UTC)' },
  toLimit: (duration) => `${duration} to the limit`,
  projected: (low, high, when) => `${low} – ${high} ${when}`,
  projectedOne: (amount, when) => `${amount} ${when}`,
  projectedHint: {
    run: 'If it goes on for 10 minutes at the rate of the last minute or of the last 5 minutes, the lower and the higher of them.',
    day: 'If the rest of the day goes on as the day so far, or as the last hour; the lower and the higher of them.',
    week: 'If the rest of the week goes on as the week so far, or as the last 24 hours; the lower and the higher of them.',
    month:
      'If the rest of the month goes on as the month so far, or as the last 24 hours; the lower and the higher of them.',
  },
  atPeriodEnd: 'expected by its end',
  inTenMinutes: 'expected in 10 minutes',
  raise: 'Raise and continue …',
  change: 'Raise the limit …',
  question: 'Answer the question to raise it',
});
