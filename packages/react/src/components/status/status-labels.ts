import { defineLabels } from '../../labels/define-labels.js';
import type { WorkStatus } from '@fleetglass/core/client';
import type { AgentStatus } from '@fleetglass/core/protocol';

export interface StatusLabels {
  readonly work: { readonly [S in WorkStatus]: string };
  readonly agent: { readonly [S in AgentStatus]: string };
}

export const statusLabels = defineLabels<StatusLabels>('status', {
  work: {
    queued: 'Queued',
    running: 'Running',
    waiting: 'Waiting',
    paused: 'Paused',
    completed: 'Completed',
    failed: 'Failed',
    cancelled: 'Cancelled',
    skipped: 'Skipped',
    stopped: 'Stopped',
  },
  agent: {
    idle: 'Idle',
    active: 'Active',
    waiting: 'Waiting',
    completed: 'Completed',
    failed: 'Failed',
    offline: 'Offline',
  },
});
