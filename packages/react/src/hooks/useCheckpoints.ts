'use client';

import { selectCheckpoints } from '@fleetglass/core/client';
import type { CheckpointView, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * What a run can be forked from, oldest first, up to the present also while the past is shown. Renders again when a
 * task completes, at most at the cadence for progress.
 */
export function useCheckpoints(runId: string): readonly CheckpointView[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(({ live }: MonitorSnapshot) => selectCheckpoints(live, runId), [runId]),
    { periodMs: cadence.progress },
  );
}
