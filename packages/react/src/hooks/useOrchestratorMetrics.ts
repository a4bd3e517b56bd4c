'use client';

import { selectRunMetrics } from '@fleetglass/core/client';
import type { MonitorSnapshot, RunMetrics } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useBurn } from './useBurn.js';
import type { RunBurn } from './useBurn.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/** The figures of a run in one object, for hosts that draw their own screen. */
export interface OrchestratorMetrics extends RunMetrics {
  readonly burn: RunBurn | undefined;
}

/**
 * Everything that the header of a panel shows. Renders again at the cost cadence while the run goes on; for a single
 * figure a narrower hook renders less often.
 */
export function useOrchestratorMetrics(runId: string): OrchestratorMetrics | undefined {
  const { cadence } = useMonitorSource();
  const metrics = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectRunMetrics(state, runId), [runId]),
    { periodMs: cadence.cost },
  );
  const burn = useBurn(runId);
  return metrics && { ...metrics, burn };
}
