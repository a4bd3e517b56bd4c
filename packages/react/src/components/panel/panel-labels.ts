import { defineLabels } from '../../labels/define-labels.js';
export interface PanelLabels {
  readonly panel: (run: string) => string;
  readonly loading: string;
  readonly noRuns: string;
  readonly noRunsHint: string;
  readonly runMissing: (runId: string) => string;
  readonly runMissingHint: string;
  readonly partFailed: string;
  readonly partFailedHint: string;
  readonly retry: string;
}

export const panelLabels = defineLabels<PanelLabels>('panel', {
  panel: (run) => `Monitoring of ${run}`,
  loading: 'Loading the run …',
  noRuns: 'No run yet',
  noRunsHint: 'Start one, and it is shown here from its first event on.',
  runMissing: (runId) => `Run ${runId} is not in this log`,
  runMissingHint: 'It appears as soon as its first event arrives. Check the id if it should be there.',
  partFailed: 'This part could not be shown',
  partFailedHint: 'The other parts work on. The run itself is not affected.',
  retry: 'Try again',
});
