import { periodAt } from '../orchestrator/budgets/shared-budgets.js';
import { amount, oneOf, text } from '../projection/guard.js';
import type { BudgetPeriod, BudgetUnit, OnLimit } from '../protocol/events/control.js';
import { RULE_NAMES } from './alert-rules.js';
import type { Detector, Report, Sighting } from './reading.js';
import { createSubjectTable } from './subject-table.js';
import { brief, percent, usd } from './words.js';

interface Budget {
  readonly unit: BudgetUnit | undefined;
  readonly period: Exclude<BudgetPeriod, 'run'> | undefined;
  /** Alerts about it that may be open, each with what ends it. */
  readonly open: Map<string, () => void>;
  /** Time of the newest of them. */
  since: number;
}

const DAY_MS = 86_400_000;

/** Thresholds of one budget that are watched. */
const MAX_THRESHOLDS = 20;

const unitOf = oneOf<BudgetUnit>('usd', 'tokens', 'steps', 'seconds');
const periodOf = oneOf<Exclude<BudgetPeriod, 'run'>>('day', 'week', 'month');
const actionOf = oneOf<OnLimit>('warn', 'pause', 'ask', 'downgrade', 'stop');

const CONSEQUENCES: Readonly<Record<OnLimit, string>> = {
  warn: 'Work goes on',
  pause: 'The run pauses',
  ask: 'A person is asked',
  downgrade: 'A cheaper model is used',
  stop: 'The run stops',
};

function words(value: number | undefined, unit: BudgetUnit | undefined): string {
  if (value === undefined) return 'an unknown amount';
  return unit === 'usd' ? usd(value) : `${Math.round(value * 1_000) / 1_000}${unit ? ` ${unit}` : ''}`;
}

/**
 * What budgets say of themselves: an alert for each threshold that was passed and one for the limit. They end when the
 * limit is raised or set anew, and when the budget's period is over.
 */
export function createBudgetThresholds(report: Report, limit: number): Detector {
  const rule = RULE_NAMES.budget;
  /** Those of a period with open alerts. */
  const periodic = new Set<Budget>();
  const budgets = createSubjectTable<Budget>(limit, (budget) => periodic.delete(budget));
  let nextDay = Infinity;

  const end = (budget: Budget): void => {
    periodic.delete(budget);
    for (const resolve of budget.open.values()) resolve();
    budget.open.clear();
  };

  const blank = (): Budget => ({ unit: undefined, period: undefined, open: new Map(), since: 0 });

  const raise = ({ data, scope, now, seq, event }: Sighting, budgetId: string): void => {
    const budget = budgets.use(scope.runId, budgetId, blank);
    const isLimit = event.type === 'budget.reached';
    const share = amount(data['share']);
    const [spent, most] = [amount(data['spent']), amount(data['limit'])];
    if (most === undefined || (!isLimit && share === undefined)) return;
    const subject = `${budgetId}@${isLimit ? 'limit' : `${share}`}`;
    if (!budget.open.has(subject) && budget.open.size >= MAX_THRESHOLDS) return;
    budget.open.set(subject, () => report({ verdict: 'good', rule, scope, subject }));
    budget.since = now;
    if (budget.period) {
      periodic.add(budget);
      nextDay = Math.min(nextDay, (Math.floor(now / DAY_MS) + 1) * DAY_MS);
    }
    const action = actionOf(data['action']) ?? 'stop';
    const amounts = `${words(spent, budget.unit)} of ${words(most, budget.unit)}`;
    const name = brief(budgetId);
    report({
      verdict: 'bad',
      rule,
      scope,
      subject,
      seq,
      severity: isLimit
        ? action === 'warn'
          ? 'warning'
          : 'critical'
        : (share ?? 0) < 0.8
          ? 'info'
          : 'warning',
      message: isLimit
        ? `Budget ${name} is used up: ${amounts}. ${CONSEQUENCES[action]}.`
        : `Budget ${name} has passed ${percent(share ?? 0)}: ${amounts}.`,
      details: {
        budgetId,
        limit: most,
        ...(spent === undefined ? {} : { spent }),
        ...(budget.unit === undefined ? {} : { unit: budget.unit }),
        ...(isLimit ? { action } : { share: share ?? 0 }),
      },
    });
  };

  return {
    types: new Set(['budget.set', 'budget.warned', 'budget.reached', 'budget.raised']),
    see(sighting) {
      const { data, scope, event } = sighting;
      const budgetId = text(data['budgetId']);
      if (budgetId === undefined) return;
      if (event.type === 'budget.warned' || event.type === 'budget.reached') {
        raise(sighting, budgetId);
        return;
      }
      const known = budgets.get(scope.runId, budgetId);
      if (known) end(known);
      if (event.type === 'budget.raised') return;
      budgets.remove(scope.runId, budgetId);
      budgets.use(scope.runId, budgetId, () => ({
        ...blank(),
        unit: unitOf(data['unit']),
        period: periodOf(data['period']),
      }));
    },
    due: () => nextDay,
    advance(now) {
      nextDay = Infinity;
      for (const budget of periodic) {
        if (budget.period && periodAt(budget.period, now) !== periodAt(budget.period, budget.since))
          end(budget);
      }
      if (periodic.size > 0) nextDay = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
    },
    endRun(runId) {
      for (const budget of budgets.ofRun(runId)) periodic.delete(budget);
      budgets.removeRun(runId);
    },
  };
}
