'use client';

import type { AlertState } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useDashboard } from './dashboard-context.js';

/** Shows what an alert is about: its run, with the agent or task in question chosen. */
export function useOpenAlert(): (alert: AlertState) => void {
  const { openRun, goTo } = useDashboard();
  return useCallback(
    ({ runId, agentId, taskId }: AlertState) => {
      if (runId === undefined) goTo('alerts');
      else if (agentId !== undefined) openRun(runId, { selected: { kind: 'agent', id: agentId } });
      else if (taskId !== undefined) openRun(runId, { tab: 'tasks', selected: { kind: 'task', id: taskId } });
      else openRun(runId);
    },
    [openRun, goTo],
  );
}
