import type { MonitorSnapshot } from '@fleetglass/core/client';
import { defineLabels } from '../../labels/define-labels.js';
import type { SnapshotReason } from '@fleetglass/core/protocol';

type ConnectionPhase = MonitorSnapshot['connection']['phase'];

export interface ConnectionLabels {
  readonly live: string;
  /** Instead of live, where everything is over. */
  readonly recording: string;
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
  readonly restarted: { readonly [R in Exclude<SnapshotReason, 'start'>]: (time: string) => string };
  readonly dismiss: string;
  readonly region: string;
  readonly title: string;
  readonly since: string;
  readonly attempts: string;
  readonly nextTry: string;
  readonly inDuration: (duration: string) => string;
  readonly lastEvent: string;
  readonly ago: (time: string, duration: string) => string;
  readonly noEvent: string;
  readonly skew: string;
  readonly ahead: (duration: string) => string;
  readonly behind: (duration: string) => string;
  readonly sameTime: string;
  readonly restart: string;
  readonly restartReason: { readonly [R in Exclude<SnapshotReason, 'start'>]: string };
  /** What the phase means. */
  readonly explain: { readonly [P in ConnectionPhase]: string };
}

export const connectionLabels = defineLabels<ConnectionLabels>('connection', {
  live: 'Live',
  recording: 'Recording',
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
    epoch: (time) => `The log was restarted. The view began anew from a snapshot at ${time}.`,
    'too-old': (time) =>
      `The connection was lost for longer than the log reaches back. The view continued from a snapshot at ${time}; totals are complete.`,
    slow: (time) =>
      `The connection was too slow. The view continued from a snapshot at ${time}; totals are complete.`,
  },
  dismiss: 'Dismiss',
  region: 'Connection',
  title: 'Connection',
  since: 'Since',
  attempts: 'Attempts',
  nextTry: 'Next try',
  inDuration: (duration) => `in ${duration}`,
  lastEvent: 'Last event',
  ago: (time, duration) => `${time}, ${duration} ago`,
  noEvent: 'none yet',
  skew: 'Clock of the server',
  ahead: (duration) => `${duration} ahead of this machine`,
  behind: (duration) => `${duration} behind this machine`,
  sameTime: 'agrees with this machine',
  restart: 'Began anew',
  restartReason: {
    epoch: 'the log was restarted',
    'too-old': 'away for too long',
    slow: 'too slow',
  },
  explain: {
    idle: 'Nothing is shown that needs a connection.',
    connecting: 'The first connection is being made.',
    open: 'Events arrive as they happen.',
    reconnecting: 'Nothing is lost: what was missed is fetched once the connection is back.',
    closed: 'It was closed here. Reload the page to connect again.',
    failed: 'The server refused it, and it will not be tried again.',
  },
});
