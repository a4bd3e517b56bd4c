'use client';

import { selectFeed, selectFleetFeed } from '@fleetglass/core/client';
import type { FeedEntry, FleetFeedEntry, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/** Recent activity of a run, newest last. Renders again when entries arrive, at most at the cadence for progress. */
export function useFeed(runId: string): readonly FeedEntry[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectFeed(state, runId), [runId]),
    { periodMs: cadence.progress },
  );
}

const selectAll = ({ state }: MonitorSnapshot): readonly FleetFeedEntry[] => selectFleetFeed(state);

/**
 * Recent activity of all runs in the order of the log, newest last. Renders again when entries arrive, at most at
 * the cadence for progress.
 */
export function useFleetFeed(): readonly FleetFeedEntry[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(selectAll, { periodMs: cadence.progress });
}
