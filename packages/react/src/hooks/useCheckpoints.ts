'use client';

import { selectCheckpoints } from '@fleetglass/core/client';
import type { CheckpointView, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * What a run can be forked from, oldest first, up to the present also while the past is shown. Renders again as soon as
 * a task completes: whoever opens a list of them finds the newest one that the rest of the screen tells of.
 */
export function useCheckpoints(runId: string): readonly CheckpointView[] {
  return useMonitorSelector(
    useCallback(({ live }: MonitorSnapshot) => selectCheckpoints(live, runId), [runId]),
  );
}
