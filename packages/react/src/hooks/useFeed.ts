'use client';

import { selectFeed } from '@fleetglass/core/client';
import type { FeedEntry, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSelector } from './useMonitorSelector.js';

/** Recent activity of a run, newest last. Renders again when entries arrive. */
export function useFeed(runId: string): readonly FeedEntry[] {
  return useMonitorSelector(useCallback(({ state }: MonitorSnapshot) => selectFeed(state, runId), [runId]));
}
