'use client';

import { useCallback } from 'react';
import type { SelectedKind, View } from '../components/panel/view.js';
import { useDashboard } from './dashboard-context.js';
import type { RunTabName } from './run-tabs.js';

/** Where on a run's page a thing is shown; the rest is shown by its activity. */
const TAB_OF: { readonly [K in SelectedKind]?: RunTabName } = {
  task: 'tasks',
  node: 'graph',
  message: 'conversation',
  file: 'files',
  checkpoint: 'checkpoints',
};

/** Shows a thing of a run: the run's page, the part of it that shows such things, and the thing chosen. */
export function useOpenTarget(): (target: NonNullable<View['selected']>, runId: string) => void {
  const { openRun } = useDashboard();
  return useCallback(
    (target: NonNullable<View['selected']>, runId: string) =>
      openRun(runId, { tab: TAB_OF[target.kind], selected: target }),
    [openRun],
  );
}
