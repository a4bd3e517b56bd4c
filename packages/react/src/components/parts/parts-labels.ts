import { defineLabels } from '../../labels/define-labels.js';

export interface PartsLabels {
  readonly loading: string;
  readonly close: string;
  readonly copy: string;
  readonly copied: string;
  readonly partFailed: string;
  readonly partFailedHint: string;
  readonly retry: string;
}

export const partsLabels = defineLabels<PartsLabels>('parts', {
  loading: 'Loading …',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  partFailed: 'This part could not be shown',
  partFailedHint: 'The other parts work on. The run itself is not affected.',
  retry: 'Try again',
});
