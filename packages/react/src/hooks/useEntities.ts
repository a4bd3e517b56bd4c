'use client';

import {
  agentKey,
  selectAgentIds,
  selectPendingApprovals,
  selectRunIds,
  taskKey,
} from '@fleetglass/core/client';
import type {
  AgentState,
  ApprovalState,
  MonitorSnapshot,
  RunState,
  TaskState,
} from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { isShallowEqual } from './selection.js';
import { useMonitorSelector } from './useMonitorSelector.js';

const selectIds = ({ state }: MonitorSnapshot): readonly string[] => selectRunIds(state);

/** Ids of all runs, newest first. Renders again when a run appears or is forgotten. */
export function useRunIds(): readonly string[] {
  return useMonitorSelector(selectIds);
}

/**
 * One run. Renders again with every event of the run; for a part of it use {@link useRunPart} or
 * `useMonitorSelector`.
 */
export function useRun(runId: string): RunState | undefined {
  return useMonitorSelector(useCallback((snapshot) => snapshot.state.runs.get(runId), [runId]));
}

/**
 * Part of a run. Renders again when a member of the part changes.
 *
 * @param select module constant that returns a flat object
 * @param periodMs see `SelectorOptions`
 */
export function useRunPart<T extends object>(
  runId: string,
  select: (run: RunState) => T,
  periodMs = 0,
): T | undefined {
  return useMonitorSelector(
    useCallback(
      (snapshot: MonitorSnapshot) => {
        const run = snapshot.state.runs.get(runId);
        return run && select(run);
      },
      [runId, select],
    ),
    { isEqual: isPartEqual, periodMs },
  );
}

/** Like {@link useRunPart}, of the present also while the past is shown. */
export function useLiveRunPart<T extends object>(
  runId: string,
  select: (run: RunState) => T,
  periodMs = 0,
): T | undefined {
  return useMonitorSelector(
    useCallback(
      ({ live }: MonitorSnapshot) => {
        const run = live.runs.get(runId);
        return run && select(run);
      },
      [runId, select],
    ),
    { isEqual: isPartEqual, periodMs },
  );
}

function isPartEqual<T extends object>(a: T | undefined, b: T | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isShallowEqual(a, b));
}

/**
 * Ids of a run's agents in the order in which they joined. Renders again when an agent joins, at most at the cadence
 * for the list of agents.
 */
export function useAgentIds(runId: string): readonly string[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectAgentIds(state, runId), [runId]),
    { periodMs: cadence.agentList },
  );
}

/** One agent of a run. Renders again when it changes, at most at the provider's cadence for agents. */
export function useAgent(runId: string, agentId: string): AgentState | undefined {
  const { cadence } = useMonitorSource();
  const key = agentKey(runId, agentId);
  return useMonitorSelector(
    useCallback((snapshot) => snapshot.state.agents.get(key), [key]),
    { periodMs: cadence.agents },
  );
}

/**
 * Part of an agent. Renders again at once when a member of the part changes.
 *
 * @param select module constant that returns a flat object
 */
export function useAgentPart<T extends object>(
  runId: string,
  agentId: string,
  select: (agent: AgentState) => T,
): T | undefined {
  const key = agentKey(runId, agentId);
  return useMonitorSelector(
    useCallback(
      (snapshot: MonitorSnapshot) => {
        const agent = snapshot.state.agents.get(key);
        return agent && select(agent);
      },
      [key, select],
    ),
    { isEqual: isPartEqual },
  );
}

/** One task of a run. Renders again when it changes, at most at the provider's cadence for progress. */
export function useTask(runId: string, taskId: string): TaskState | undefined {
  const { cadence } = useMonitorSource();
  const key = taskKey(runId, taskId);
  return useMonitorSelector(
    useCallback((snapshot) => snapshot.state.tasks.get(key), [key]),
    { periodMs: cadence.progress },
  );
}

/** Approvals of a run that wait for an answer, oldest first. Renders again when one is asked for or settled. */
export function usePendingApprovals(runId: string): readonly ApprovalState[] {
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectPendingApprovals(state, runId), [runId]),
  );
}
