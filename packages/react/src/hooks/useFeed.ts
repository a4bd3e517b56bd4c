'use client';

import { selectFeed, selectFleetFeed } from '@fleetglass/core/client';
import type { FeedEntry, FleetFeedEntry, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSelector } from './useMonitorSelector.js';

/** Recent activity of a run, newest last. Renders again when entries arrive. */
export function useFeed(runId: string): readonly FeedEntry[] {
  return useMonitorSelector(useCallback(({ state }: MonitorSnapshot) => selectFeed(state, runId), [runId]));
}

const selectAll = ({ state }: MonitorSnapshot): readonly FleetFeedEntry[] => selectFleetFeed(state);

/** Recent activity of all runs in the order of the log, newest last. Renders again when entries arrive. */
export function useFleetFeed(): readonly FleetFeedEntry[] {
  return useMonitorSelector(selectAll);
}
