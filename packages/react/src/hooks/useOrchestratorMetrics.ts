'use client';

import type { MonitorSnapshot, RunState, WorkStatus } from '@fleetglass/core/client';
import type { AgentStatus } from '@fleetglass/core/protocol';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useBurn } from './useBurn.js';
import { isShallowEqual } from './selection.js';
import { useRunPart } from './useEntities.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/** The figures of a run in one object, for hosts that draw their own screen. */
export interface OrchestratorMetrics {
  readonly runId: string;
  readonly name: string;
  readonly status: WorkStatus;
  readonly reason: string | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Cost, tokens and calls; a sum with `cost.unknownCalls > 0` is a lower bound. */
  readonly totals: RunState['totals'];
  readonly reservedNanoUsd: number;
  readonly taskCounts: RunState['taskCounts'];
  readonly agentCounts: { readonly [S in AgentStatus]?: number };
  /** Nano-dollars a minute; `undefined` while it cannot be told. */
  readonly burnPerMinute: number | undefined;
}

const select = (run: RunState) => ({
  runId: run.id,
  name: run.name,
  status: run.status,
  reason: run.reason,
  startedAt: run.startedAt,
  endedAt: run.endedAt,
  totals: run.totals,
  reservedNanoUsd: run.reservedNanoUsd,
  taskCounts: run.taskCounts,
});

/**
 * Everything that the header of a panel shows. Renders again at the cost cadence while the run goes on; for a single
 * figure a narrower hook renders less often.
 */
export function useOrchestratorMetrics(runId: string): OrchestratorMetrics | undefined {
  const { cadence } = useMonitorSource();
  const run = useRunPart(runId, select, cadence.cost);
  const burn = useBurn(runId);
  const agentCounts = useMonitorSelector(
    useCallback((snapshot: MonitorSnapshot) => countAgents(snapshot, runId), [runId]),
    { isEqual: isShallowEqual, periodMs: cadence.agents },
  );
  return run && { ...run, agentCounts, burnPerMinute: burn?.perMinute };
}

function countAgents({ state }: MonitorSnapshot, runId: string): OrchestratorMetrics['agentCounts'] {
  const counts: { [S in AgentStatus]?: number } = {};
  for (const key of state.runs.get(runId)?.agents.values() ?? []) {
    const status = state.agents.get(key)?.status;
    if (status) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
