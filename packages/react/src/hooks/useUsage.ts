'use client';

import { selectCostSince, selectFleetUsage } from '@fleetglass/core/client';
import type { CostTotals, MonitorSnapshot, UsageTotals } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { isSameOrNone } from './selection.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * Tokens of a run by class, or of all runs. Renders again when they change, at most at the cost cadence.
 *
 * @returns `undefined` for a run that is not known
 */
export function useUsage(runId?: string): UsageTotals | undefined {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        runId === undefined ? selectFleetUsage(state) : state.runs.get(runId)?.totals.usage,
      [runId],
    ),
    { isEqual: isSameOrNone, periodMs: cadence.cost },
  );
}

/**
 * What a run has cost, or all runs. Renders again when it changes, at most at the cost cadence.
 *
 * @returns `undefined` for a run that is not known
 */
export function useCost(runId?: string): CostTotals | undefined {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        runId === undefined ? selectCostSince(state) : state.runs.get(runId)?.totals.cost,
      [runId],
    ),
    { isEqual: isCostEqual, periodMs: cadence.cost },
  );
}

/**
 * What all runs have cost since a moment, such as `format.startOfDay(now)`. Renders again when it changes, at most at
 * the cost cadence.
 *
 * @param since milliseconds since the epoch
 */
export function useCostSince(since: number): CostTotals {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectCostSince(state, since), [since]),
    { isEqual: isCostEqual, periodMs: cadence.cost },
  );
}

function isCostEqual(a: CostTotals | undefined, b: CostTotals | undefined): boolean {
  if (a === b || !a || !b) return a === b;
  return a.nanoUsd === b.nanoUsd && a.unknownCalls === b.unknownCalls && isSameOrNone(a.byBasis, b.byBasis);
}
