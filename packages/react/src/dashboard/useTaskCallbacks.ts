'use client';

import { useMemo } from 'react';
import type { TaskDetailsCallbacks } from '../components/tasks/TaskDetailsContent.js';
import { useDashboard } from './dashboard-context.js';

/** Where the details of a task lead to. The same object while the view stands still. */
export function useTaskCallbacks(): TaskDetailsCallbacks {
  const { openRun } = useDashboard();
  return useMemo(
    () => ({
      onSelectTask: (id, runId) => openRun(runId, { tab: 'tasks', selected: { kind: 'task', id } }),
      onShowFiles: (_, runId) => openRun(runId, { tab: 'files' }),
      onShowLogs: (_, runId) => openRun(runId, { tab: 'logs' }),
      onShowApproval: (id, runId) => openRun(runId, { selected: { kind: 'approval', id } }),
      onForked: (runId) => openRun(runId),
    }),
    [openRun],
  );
}
