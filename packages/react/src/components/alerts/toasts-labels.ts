import type { WorkStatus } from '@fleetglass/core/client';
import { defineLabels } from '../../labels/define-labels.js';

export interface ToastsLabels {
  readonly region: string;
  readonly approval: string;
  readonly ended: { readonly [S in WorkStatus]?: string };
  readonly endedOther: string;
  readonly more: (count: string) => string;
  readonly dismiss: (what: string) => string;
  readonly dismissAll: string;
  readonly open: string;
  readonly openThis: (what: string) => string;
  /** Several notices in one sentence. */
  readonly announce: (notices: readonly string[]) => string;
  readonly one: (kind: string, text: string) => string;
}

export const toastsLabels = defineLabels<ToastsLabels>('toasts', {
  region: 'Notifications',
  approval: 'Decision needed',
  ended: {
    completed: 'Run completed',
    failed: 'Run failed',
    cancelled: 'Run cancelled',
    stopped: 'Run stopped',
  },
  endedOther: 'Run ended',
  more: (count) => `and ${count} more`,
  dismiss: (what) => `Dismiss: ${what}`,
  dismissAll: 'Dismiss all',
  open: 'Open',
  openThis: (what) => `Open: ${what}`,
  announce: (notices) => notices.join('. '),
  one: (kind, text) => `${kind}: ${text}`,
});
