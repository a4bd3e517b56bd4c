'use client';

import { selectLanes } from '@fleetglass/core/client';
import type { Lane, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector } from './useMonitorSelector.js';

const NONE: readonly Lane[] = [];

/**
 * What the timeline shows of a run's agents, in the order in which they joined. A lane keeps its identity while
 * nothing in it changes. Renders again with any change of an agent or span, at most at the cadence for progress.
 *
 * @param active `false` looks for nothing
 */
export function useLanes(runId: string, active = true): readonly Lane[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => (active ? selectLanes(state, runId) : NONE), [runId, active]),
    { periodMs: cadence.progress },
  );
}
