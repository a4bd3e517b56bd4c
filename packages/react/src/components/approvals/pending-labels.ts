import { defineLabels } from '../../labels/define-labels.js';

export interface PendingApprovalsLabels {
  /** Told to assistive technology when decisions are asked for. */
  readonly announce: (titles: readonly string[]) => string;
}

export const pendingApprovalsLabels = defineLabels<PendingApprovalsLabels>('pendingApprovals', {
  announce: (titles) => `Decision needed: ${titles.join('; ')}`,
});
