'use client';

import { selectGraphNodes, selectRunGraph } from '@fleetglass/core/client';
import type { GraphNodeState, MonitorSnapshot, RunGraph } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * Nodes and edges of a run's graph, the declared one or one derived from what happened. Renders again when a node or an
 * edge appears, at most at the cadence for progress.
 *
 * @param runId `undefined` for none
 */
export function useGraph(runId: string | undefined): RunGraph | undefined {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => (runId === undefined ? undefined : selectRunGraph(state, runId)),
      [runId],
    ),
    { periodMs: cadence.progress },
  );
}

/** What became of one node. Renders again when one of its tasks changes, at most at the cadence for progress. */
export function useGraphNode(runId: string | undefined, nodeId: string): GraphNodeState | undefined {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        runId === undefined ? undefined : selectGraphNodes(state, runId).get(nodeId),
      [runId, nodeId],
    ),
    { periodMs: cadence.progress },
  );
}
