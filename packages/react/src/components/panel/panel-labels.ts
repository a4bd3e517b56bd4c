import { defineLabels } from '../../labels/define-labels.js';
export interface PanelLabels {
  readonly panel: (run: string) => string;
  readonly loading: string;
  readonly noRuns: string;
  readonly noRunsHint: string;
  readonly runMissing: (runId: string) => string;
  readonly runMissingHint: string;
}

export const panelLabels = defineLabels<PanelLabels>('panel', {
  panel: (run) => `Monitoring of ${run}`,
  loading: 'Loading the run …',
  noRuns: 'No run yet',
  noRunsHint: 'Start one, and it is shown here from its first event on.',
  runMissing: (runId) => `Run ${runId} is not in this log`,
  runMissingHint: 'It appears as soon as its first event arrives. Check the id if it should be there.',
});
