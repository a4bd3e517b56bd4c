'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../../context/monitor-context.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { countCutOff } from './cut-off.js';

/** How many calls of a run were cut off before their cost was known. Renders again when that changes. */
export function useCutOffCalls(runId: string): number {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => countCutOff(state, runId), [runId]),
    { periodMs: cadence.cost },
  );
}
