'use client';

import { selectOutlook } from '@fleetglass/core/client';
import type { MonitorSnapshot, Outlook } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/** What going on will about cost. Renders again when the estimate changes, at most at the cost cadence. */
export function useOutlook(runId: string): Outlook {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectOutlook(state, runId), [runId]),
    { periodMs: cadence.cost },
  );
}
