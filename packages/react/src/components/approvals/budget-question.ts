import type { ApprovalState, BudgetState, FleetState } from '@fleetglass/core/client';
import { selectBudgetKeys } from '@fleetglass/core/client';
import type { BudgetUnit } from '@fleetglass/core/protocol';

/** A run asks whether one of its limits may be raised. */
export interface BudgetQuestion {
  readonly budgetKey: string;
  readonly unit: 'usd' | 'tokens';
  /** All in the budget's unit (`usd` in nano-dollars). */
  readonly limit: number;
  /** What the next call may use at most. */
  readonly requested: number;
  /** Limit that the run proposes. */
  readonly suggested: number;
}

/** Options of such a question. */
export const RAISE = 'raise';
export const STOP = 'stop';

const isAmount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * What an approval says about a limit, when it is about one. An agent can write anything into a question, so it counts
 * only when the limit that it names exists and was reached.
 */
export function readBudgetQuestion(
  state: FleetState,
  { runId, options = [], details = {} }: ApprovalState,
): BudgetQuestion | undefined {
  const { budgetId, requested, suggestedLimit } = details;
  if (runId === undefined || !options.includes(RAISE) || !options.includes(STOP)) return undefined;
  const budgetKey = selectBudgetKeys(state, runId).find(
    (key) => state.budgets.get(key)?.budgetId === budgetId,
  );
  const budget: BudgetState | undefined = budgetKey === undefined ? undefined : state.budgets.get(budgetKey);
  if (budgetKey === undefined || budget?.reachedAt === undefined) return undefined;
  const { unit, limit } = budget;
  if ((unit !== 'usd' && unit !== 'tokens') || !isAmount(requested)) return undefined;
  const suggested = isAmount(suggestedLimit) && suggestedLimit > limit ? suggestedLimit : limit * 2;
  return { budgetKey, unit, limit, requested, suggested };
}

/** An amount as a person types it: dollars, or whole tokens, steps or seconds. */
export function writeAmount(unit: BudgetUnit, amount: number): string {
  if (unit !== 'usd') return String(Math.round(amount));
  const [whole = '0', decimals = ''] = (amount / 1e9).toFixed(9).split('.');
  return `${whole}.${decimals.replace(/0{1,9}$/, '').padEnd(2, '0')}`;
}

/** The other way round; `undefined` for what is no amount. */
export function readAmount(unit: BudgetUnit, text: string): number | undefined {
  const typed = text.trim() === '' ? Number.NaN : Number(text);
  const amount = Math.round(unit === 'usd' ? typed * 1e9 : typed);
  return Number.isNaN(amount) || amount < 0 ? undefined : amount;
}
