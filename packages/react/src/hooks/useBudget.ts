'use client';

import {
  selectBudget,
  selectBudgetBurn,
  selectBudgetKeys,
  selectNearestBudget,
  selectProjection,
  selectTimeToLimit,
} from '@fleetglass/core/client';
import type { BudgetProgress, BudgetProjection, FleetState, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { isSameOrNone, isShallowEqual } from './selection.js';
import { useMonitorSelector } from './useMonitorSelector.js';
import { useNow } from './useNow.js';

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

const selectNearest = ({ state }: MonitorSnapshot) => selectNearestBudget(state, state.time);

/**
 * Of all limits in USD that something still goes on below, the one of which the greatest part is used, with its `key`.
 * Renders again when its use changes, at most at the cost cadence.
 */
export function useNearestBudget(): (BudgetProgress & { readonly key: string }) | undefined {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(selectNearest, { isEqual: isSameOrNone, periodMs: cadence.cost });
}

function useProgress(
  select: (snapshot: MonitorSnapshot) => BudgetProgress | undefined,
): BudgetProgress | undefined {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(select, { isEqual: isSameOrNone, periodMs: cadence.cost });
}

/**
 * Keys of all limits that concern a run: its own, its thread's and the fleet's; without a run, of those that runs
 * share. Renders again when one is set.
 */
export function useBudgetKeys(runId?: string): readonly string[] {
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectBudgetKeys(state, runId), [runId]),
  );
}

/**
 * How much of every limit is used that concerns a run, or without one, that runs share. Renders again when one of them
 * changes, at most at the cost cadence; a screen takes {@link useBudgetKeys} and {@link useBudget} for each.
 */
export function useBudgets(runId?: string): readonly BudgetProgress[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        selectBudgetKeys(state, runId).flatMap((key) => selectBudget(state, key, state.time) ?? []),
      [runId],
    ),
    { isEqual: isListEqual, periodMs: cadence.cost },
  );
}

function isListEqual(a: readonly BudgetProgress[], b: readonly BudgetProgress[]): boolean {
  return a.length === b.length && a.every((each, at) => isShallowEqual(each, b[at] as BudgetProgress));
}

/** Where a limit is going at the present rate. */
export interface BudgetOutlook {
  /** Milliseconds; absent where it cannot be told. */
  readonly timeToLimit: number | undefined;
  /** A band, see `selectProjection`; absent where there is no rate. */
  readonly projection: BudgetProjection | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * When a limit is reached and what will have been spent, if it goes on as in the last minutes. Renders again when the
 * rate or the use changes, at most at the cost cadence, and each second while there is a rate.
 */
export function useBudgetOutlook(budgetKey: string): BudgetOutlook {
  const { cadence } = useMonitorSource();
  const progress = useBudget(budgetKey);
  const isUsd = progress?.budget.unit === 'usd';
  const now = useNow(isUsd);
  const burn = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => (isUsd ? selectBudgetBurn(state, budgetKey, now) : undefined),
      [budgetKey, isUsd, now],
    ),
    { isEqual: isSameOrNone, periodMs: cadence.cost },
  );
  const projection = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => (isUsd ? selectProjection(state, budgetKey, now) : undefined),
      [budgetKey, isUsd, now],
    ),
    { isEqual: isSameOrNone, periodMs: cadence.cost },
  );
  return {
    timeToLimit: progress && burn ? selectTimeToLimit(progress, burn.perMinute) : undefined,
    projection,
    now,
  };
}

/** Of the limits that end the whole run, the one of which least is left. */
function nearestLimit(state: FleetState, runId: string): BudgetProgress | undefined {
  const limits = selectBudgetKeys(state, runId).flatMap((key) => {
    const progress = selectBudget(state, key, state.time);
    const ends = progress?.budget.unit === 'usd' && /^(run|fleet|thread)$/.test(progress.budget.scope.kind);
    return ends ? [progress] : [];
  });
  return limits.sort((a, b) => leftOf(a) - leftOf(b))[0];
}

/** What is left of a limit; negative when more was spent. */
export const leftOf = ({ limit, spent }: Pick<BudgetProgress, 'limit' | 'spent'>): number => limit - spent;
