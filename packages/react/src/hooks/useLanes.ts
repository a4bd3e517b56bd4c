'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { useMemo } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { createLaneBuilder } from '../derive/lanes.js';
import type { Lane } from '../derive/lanes.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * What the timeline shows of a run's agents, in the order in which they joined. A lane keeps its identity while
 * nothing in it changes. Renders again with any change of an agent or span, at most at the cadence for progress.
 */
export function useLanes(runId: string): readonly Lane[] {
  const { cadence } = useMonitorSource();
  const select = useMemo(() => {
    const build = createLaneBuilder(runId);
    return ({ state }: MonitorSnapshot) => build(state);
  }, [runId]);
  return useMonitorSelector(select, { periodMs: cadence.progress });
}
