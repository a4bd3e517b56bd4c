'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { budgetProgress, nearestMoneyLimit } from '../derive/budget-progress.js';
import type { BudgetProgress } from '../derive/budget-progress.js';
import { isShallowEqual } from './selection.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * How much of one limit is used. Renders again when that changes, at most at the cost cadence.
 *
 * @param budgetKey from {@link useBudgetKeys}
 */
export function useBudget(budgetKey: string): BudgetProgress | undefined {
  return useProgress(
    useCallback(({ state }: MonitorSnapshot) => budgetProgress(state, budgetKey, state.time), [budgetKey]),
  );
}

/** The limit in USD that a run comes to first. Renders again when its use changes, at most at the cost cadence. */
export function useNearestLimit(runId: string): BudgetProgress | undefined {
  return useProgress(useCallback(({ state }: MonitorSnapshot) => nearestMoneyLimit(state, runId), [runId]));
}

function useProgress(
  select: (snapshot: MonitorSnapshot) => BudgetProgress | undefined,
): BudgetProgress | undefined {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(select, { isEqual: isEqualOrNone, periodMs: cadence.cost });
}

function isEqualOrNone(a: BudgetProgress | undefined, b: BudgetProgress | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isShallowEqual(a, b));
}

/** Keys of all limits that concern a run: its own and the fleet's. Renders again when one is set. */
export function useBudgetKeys(runId: string): readonly string[] {
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        state.budgets.ids().filter((id) => {
          const owner = state.budgets.get(id)?.runId;
          return owner === undefined || owner === runId;
        }),
      [runId],
    ),
    { isEqual: isShallowEqual },
  );
}
