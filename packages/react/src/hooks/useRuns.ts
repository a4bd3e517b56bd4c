'use client';

import { selectRunFacets, selectRunSearch, selectStartables } from '@fleetglass/core/client';
import type { MonitorSnapshot, RunFacets, RunQuery, RunSearch, Startable } from '@fleetglass/core/client';
import { useCallback, useMemo } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * Runs that answer a query, in its order, and where its words were found: in names, ids, labels, agents, tasks or
 * errors. Renders again when a run comes, goes or moves, at most at the cadence for agents; what a run itself shows is
 * that run's to follow.
 *
 * @param query words, filters and sort; compared by what it says, so that it need not be memoised
 */
export function useRunSearch(query: RunQuery): RunSearch {
  const { cadence } = useMonitorSource();
  const text = JSON.stringify(query);
  const asked = useMemo(() => JSON.parse(text) as RunQuery, [text]);
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectRunSearch(state, asked), [asked]),
    { periodMs: cadence.agents },
  );
}

const selectFacets = ({ state }: MonitorSnapshot): RunFacets => selectRunFacets(state);

/** Labels and sources that runs have, to filter by. Renders again when one appears or goes. */
export function useRunFacets(): RunFacets {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(selectFacets, { periodMs: cadence.agents });
}

const selectNames = ({ live }: MonitorSnapshot): readonly Startable[] => selectStartables(live);

/**
 * What can be started by name: what the host says, or without that the graphs that ran here, each with what its newest
 * run may be started with. Renders again when a name or a schema changes.
 *
 * @param startable what the host registered; a constant or memoised
 */
export function useStartables(startable?: readonly Startable[]): readonly Startable[] {
  const { cadence } = useMonitorSource();
  const seen = useMonitorSelector(selectNames, { periodMs: cadence.agents });
  return useMemo(
    () =>
      startable?.map((entry) => {
        const known = entry.inputSchema ?? seen.find(({ name }) => name === entry.name)?.inputSchema;
        return known ? { ...entry, inputSchema: known } : entry;
      }) ?? seen,
    [startable, seen],
  );
}
