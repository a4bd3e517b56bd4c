'use client';

import {
  isFinal,
  selectFleetCounts,
  selectNeeds,
  selectSpendOf,
  selectBurnOf,
} from '@fleetglass/core/client';
import type { FleetCounts, MonitorSnapshot, Need, RunState, Table } from '@fleetglass/core/client';
import { useCallback, useMemo } from 'react';
import { useMonitorSource, useTexts } from '../context/monitor-context.js';
import type { RunBurn } from './useBurn.js';
import { useMonitorSelector } from './useMonitorSelector.js';
import { useNow } from './useNow.js';

const selectCounts = ({ state }: MonitorSnapshot): FleetCounts => selectFleetCounts(state);

/** Runs by status, and the agents that work in them. Renders again when a count changes, at most at the cost cadence. */
export function useFleetCounts(): FleetCounts {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(selectCounts, { periodMs: cadence.cost });
}

const MINUTE = 60_000;

/**
 * What waits for a person, the most urgent first: questions, runs that paused at a limit, stuck runs, and runs that
 * failed or were stopped today. Renders again when the list changes, at once.
 */
export function useNeeds(): readonly Need[] {
  const { format } = useTexts();
  const now = useNow();
  const today = format.startOfDay(now);
  // Silence is told by the minute.
  const minute = Math.floor(now / MINUTE) * MINUTE;
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectNeeds(state, today, minute), [today, minute]),
  );
}

const selectRuns = ({ state }: MonitorSnapshot): Table<RunState> => state.runs;
const HOUR = 60 * MINUTE;

/**
 * How fast all runs together spend, with the last hour as a line. Renders again at the cost cadence while something
 * happens, and each second for the shared clock.
 */
export function useFleetBurn(): RunBurn {
  const { cadence } = useMonitorSource();
  const runs = useMonitorSelector(selectRuns, { periodMs: cadence.cost });
  const now = useNow();
  return useMemo(() => {
    const all = [...runs.values()];
    const recent = all.filter(({ lastEventAt }) => lastEventAt >= now - HOUR);
    const burn = selectBurnOf(all, now);
    return {
      ...burn,
      unpriced: burn.lowerBound && burn.perMinute === undefined,
      simulated: recent.some(({ totals }) => (totals.cost.byBasis.simulated ?? 0) > 0),
      over: !all.some(({ status }) => !isFinal(status)) && (burn.perMinute ?? 0) === 0,
      spend: selectSpendOf(recent, now - HOUR, now),
      since: now - HOUR,
      now,
    };
  }, [runs, now]);
}
