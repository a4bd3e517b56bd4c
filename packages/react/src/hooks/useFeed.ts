'use client';

import type { FeedEntry, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector } from './useMonitorSelector.js';

const NONE: readonly FeedEntry[] = [];

/** Recent activity of a run, newest last. Renders again when an entry arrives, at most at the cadence for progress. */
export function useFeed(runId: string): readonly FeedEntry[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => state.runs.get(runId)?.feed ?? NONE, [runId]),
    { periodMs: cadence.progress },
  );
}
