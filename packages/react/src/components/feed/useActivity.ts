'use client';

import { agentKey, selectFeed, selectFleetFeed } from '@fleetglass/core/client';
import type { FeedEntry, FleetFeedEntry, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback, useMemo } from 'react';
import { useMonitorSource } from '../../context/monitor-context.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import type { FeedNames } from './feed-rows.js';

const known = new WeakMap<readonly FeedEntry[], readonly FleetFeedEntry[]>();

/** A run's feed in the form of a fleet's; the same array for the same feed. */
function withRun(runId: string, feed: readonly FeedEntry[]): readonly FleetFeedEntry[] {
  let entries = known.get(feed);
  if (!entries) known.set(feed, (entries = feed.map((entry) => ({ runId, entry }))));
  return entries;
}

/** Recent activity of a run, or of all. Renders again when entries arrive. */
export function useActivity(runId: string | undefined): readonly FleetFeedEntry[] {
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        runId === undefined ? selectFleetFeed(state) : withRun(runId, selectFeed(state, runId)),
      [runId],
    ),
  );
}

/** Names do not change after an agent has joined, so the list of agents tells when to look again. */
export function useFeedNames(runId: string | undefined): FeedNames {
  const { monitor } = useMonitorSource();
  const agents = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        runId === undefined ? state.agents.ids() : state.runs.get(runId)?.agents,
      [runId],
    ),
  );
  return useMemo(
    () => ({
      agentName: (of, agentId) =>
        agents && agentId !== undefined
          ? monitor.getSnapshot().state.agents.get(agentKey(of, agentId))?.name
          : undefined,
      runName: (of) =>
        runId === undefined ? monitor.getSnapshot().state.runs.get(of)?.name || of : undefined,
    }),
    [agents, monitor, runId],
  );
}
