import type { FeedKind } from './feed-kinds.js';
import { defineLabels } from '../../labels/define-labels.js';
import type { EventType } from '@fleetglass/core/protocol';

export interface FeedLabels {
  readonly title: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly emptyFleetHint: string;
  readonly filter: string;
  readonly kind: string;
  readonly anyKind: string;
  readonly kinds: { readonly [K in FeedKind]: string };
  readonly search: string;
  readonly noFit: string;
  readonly noFitHint: string;
  readonly clear: string;
  readonly run: string;
  readonly newEntries: (count: string) => string;
  readonly announce: (count: string, last: string) => string;
  readonly truncated: (count: string) => string;
  readonly by: (who: string) => string;
  readonly spanFailed: string;
  readonly spanCutOff: string;
  /** Which limit an entry is about, where it has a name. */
  readonly budget: (name: string) => string;
  /** Why a run or task is where it is, by reason code; a code without words is shown as it is. */
  readonly reason: { readonly [code: string]: string };
  readonly severity: { readonly warning: string; readonly error: string };
  /** What happened, by event type; written between the agent and the subject. Types without one are shown as they are. */
  readonly event: { readonly [T in EventType]?: string };
}

export const feedLabels = defineLabels<FeedLabels>('feed', {
  title: 'Activity',
  empty: 'Nothing has happened yet',
  emptyHint: 'Every step of the run is told here as it happens.',
  emptyFleetHint: 'Every step of every run is told here as it happens.',
  filter: 'Narrow the activity',
  kind: 'Kind',
  anyKind: 'Everything',
  kinds: {
    runs: 'Runs',
    agents: 'Agents',
    tasks: 'Tasks',
    calls: 'Calls',
    files: 'Files',
    decisions: 'Decisions',
    alerts: 'Alerts, errors',
  },
  search: 'Search activity',
  noFit: 'Nothing like that so far',
  noFitHint: 'It appears here as soon as it happens.',
  clear: 'Show everything',
  run: 'Run',
  newEntries: (count) => `${count} new`,
  announce: (count, last) => `${count} new activities. Last: ${last}`,
  truncated: (count) => `Showing the last ${count}. Earlier ones are in the log.`,
  by: (who) => `by ${who}`,
  spanFailed: 'failed at',
  spanCutOff: 'was cut off in',
  budget: (name) => `Budget ${name}`,
  reason: {
    approval: 'A person has to decide',
    budget: 'The budget is used up',
    command: 'By request',
    dependency: 'It needs something from outside',
    reused: 'An earlier result was used again, nothing was paid',
    steps: 'Limit of steps',
    time: 'Limit of time',
  },
  severity: { warning: 'Warning', error: 'Error' },
  event: {
    'run.created': 'created',
    'run.started': 'started',
    'run.waiting': 'waits',
    'run.paused': 'paused',
    'run.resumed': 'resumed',
    'run.completed': 'completed',
    'run.failed': 'failed',
    'run.cancelled': 'was cancelled',
    'run.stopped': 'was stopped',
    'run.labelled': 'was labelled',
    'agent.joined': 'joined',
    'agent.status': 'reports:',
    'agent.left': 'left',
    'task.created': 'got task',
    'task.assigned': 'was given task',
    'task.started': 'started',
    'task.progress': 'goes on with',
    'task.waiting': 'waits in',
    'task.paused': 'paused',
    'task.resumed': 'resumed',
    'task.retrying': 'retries',
    'task.completed': 'completed',
    'task.failed': 'failed',
    'task.cancelled': 'cancelled',
    'task.skipped': 'skipped',
    'task.stopped': 'was stopped in',
    'task.moved': 'moved',
    'task.updated': 'changed',
    'span.started': 'calls',
    'span.ended': 'called',
    'message.appended': 'wrote',
    'file.read': 'read',
    'file.created': 'created',
    'file.modified': 'changed',
    'file.deleted': 'deleted',
    'file.moved': 'moved',
    'log.written': 'logged',
    'edge.taken': 'took',
    'checkpoint.saved': 'saved checkpoint',
    'checkpoint.forked': 'was forked as',
    'checkpoint.pruned': 'pruned checkpoints',
    'budget.set': 'has a limit of',
    'budget.warned': 'passed a warning mark:',
    'budget.reached': 'reached its limit:',
    'budget.raised': 'has a new limit of',
    'approval.requested': 'asks for a decision:',
    'approval.decided': 'got a decision:',
    'approval.expired': 'got no decision in time:',
    'alert.raised': 'raised an alert:',
    'alert.acknowledged': 'alert was acknowledged:',
    'alert.resolved': 'alert was resolved:',
    'context.measured': 'measured its context',
    'system.health': 'reported health',
    'system.mcp': 'MCP server',
    'system.dropped': 'dropped events',
  },
});
