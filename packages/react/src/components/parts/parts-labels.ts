import { defineLabels } from '../../labels/define-labels.js';

export interface PartsLabels {
  readonly loading: string;
  readonly close: string;
  readonly copy: string;
  readonly copied: string;
}

export const partsLabels = defineLabels<PartsLabels>('parts', {
  loading: 'Loading …',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
});
