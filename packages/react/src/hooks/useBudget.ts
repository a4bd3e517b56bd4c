'use client';

import { selectBudget, selectBudgetKeys } from '@fleetglass/core/client';
import type { BudgetProgress, FleetState, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { isShallowEqual } from './selection.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * How much of one limit is used. Renders again when that changes, at most at the cost cadence.
 *
 * @param budgetKey from {@link useBudgetKeys}
 */
export function useBudget(budgetKey: string): BudgetProgress | undefined {
  return useProgress(
    useCallback(({ state }: MonitorSnapshot) => selectBudget(state, budgetKey, state.time), [budgetKey]),
  );
}

/** The limit in USD that a run comes to first. Renders again when its use changes, at most at the cost cadence. */
export function useNearestLimit(runId: string): BudgetProgress | undefined {
  return useProgress(useCallback(({ state }: MonitorSnapshot) => nearestLimit(state, runId), [runId]));
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
    useCallback(({ state }: MonitorSnapshot) => selectBudgetKeys(state, runId), [runId]),
  );
}

/** Of the limits that end the whole run, the one of which least is left. */
function nearestLimit(state: FleetState, runId: string): BudgetProgress | undefined {
  const limits = selectBudgetKeys(state, runId).flatMap((key) => {
    const progress = selectBudget(state, key, state.time);
    const ends = progress?.budget.unit === 'usd' && /^(run|fleet)$/.test(progress.budget.scope.kind);
    return ends ? [progress] : [];
  });
  return limits.sort((a, b) => leftOf(a) - leftOf(b))[0];
}

/** What is left of a limit; negative when more was spent. */
export const leftOf = ({ limit, spent }: Pick<BudgetProgress, 'limit' | 'spent'>): number => limit - spent;
