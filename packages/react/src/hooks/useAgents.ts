'use client';

import { selectAgentKeys, selectAgentMetrics, selectFleetAgentMetrics } from '@fleetglass/core/client';
import type {
  AgentColumn,
  AgentKey,
  AgentMetrics,
  AgentState,
  MonitorSnapshot,
  SortOrder,
  TierRules,
} from '@fleetglass/core/client';
import { useCallback, useMemo } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * Keys of the agents of a run, or without a run of all agents, in an order. Renders again when one joins; with a sort
 * also when one moves, at most at the cadence for agents.
 *
 * @default sort as they joined; in the fleet the newest first
 */
export function useAgentKeys(runId: string | undefined, sort?: SortOrder<AgentColumn>): readonly AgentKey[] {
  const { cadence } = useMonitorSource();
  const { column, direction } = sort ?? {};
  const order = useMemo(() => (column && direction ? { column, direction } : undefined), [column, direction]);
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectAgentKeys(state, runId, order), [runId, order]),
    { periodMs: order ? cadence.agents : 0 },
  );
}

/** One agent by its key. Renders again when it changes, at most at the cadence for agents. */
export function useAgentByKey(key: AgentKey): AgentState | undefined {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => state.agents.get(key), [key]),
    { periodMs: cadence.agents },
  );
}

/**
 * Success, load and tier of an agent: within a run, or without one over all runs that are kept. Renders again when one
 * of these figures changes, at most at the cadence for agents.
 *
 * @param rules module constant or memoised
 */
export function useAgentMetrics(
  runId: string | undefined,
  agentId: string,
  rules?: TierRules,
): AgentMetrics | undefined {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        runId === undefined
          ? selectFleetAgentMetrics(state, agentId, rules)
          : selectAgentMetrics(state, runId, agentId, rules),
      [runId, agentId, rules],
    ),
    { periodMs: cadence.agents },
  );
}
