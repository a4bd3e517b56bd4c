import { defineLabels } from '../../labels/define-labels.js';
import type { SnapshotReason } from '@fleetglass/core/protocol';

export interface ConnectionLabels {
  readonly live: string;
  readonly idle: string;
  readonly connecting: string;
  readonly reconnecting: string;
  readonly closed: string;
  readonly failed: string;
  readonly replaying: string;
  readonly reconnectingSince: (time: string, attempt: string) => string;
  readonly retryIn: (duration: string) => string;
  readonly stale: (time: string) => string;
  readonly failedWhy: (why: string) => string;
  readonly closedWhy: string;
  readonly dropped: (count: string) => string;
  readonly restarted: { readonly [R in SnapshotReason]: (time: string) => string };
  readonly dismiss: string;
  readonly region: string;
}

export const connectionLabels = defineLabels<ConnectionLabels>('connection', {
  live: 'Live',
  idle: 'Not connected',
  connecting: 'Connecting',
  reconnecting: 'Reconnecting',
  closed: 'Disconnected',
  failed: 'Connection failed',
  replaying: 'Replaying',
  reconnectingSince: (time, attempt) => `Connection lost at ${time}. Reconnecting, attempt ${attempt}.`,
  retryIn: (duration) => `Next try in ${duration}.`,
  stale: (time) => `Everything below is as of ${time}.`,
  failedWhy: (why) => `The connection failed and will not be tried again: ${why}`,
  closedWhy: 'The connection is closed. Reload the page to connect again.',
  dropped: (count) =>
    `${count} minor events (such as progress and deltas) were dropped before they were stored. Costs and results are complete.`,
  restarted: {
    start: (time) => `The view started from a snapshot at ${time}.`,
    epoch: (time) => `The log was restarted. The view began anew from a snapshot at ${time}.`,
    'too-old': (time) =>
      `The connection was lost for longer than the log reaches back. The view continued from a snapshot at ${time}; nothing is missing in totals.`,
  },
  dismiss: 'Dismiss',
  region: 'Connection',
});
