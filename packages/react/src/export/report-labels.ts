import { defineLabels } from '../labels/define-labels.js';

/** Words of a report of a run. */
export interface ReportLabels {
  readonly run: string;
  readonly status: string;
  readonly withReason: (word: string, reason: string) => string;
  readonly error: string;
  readonly endedBy: string;
  readonly started: string;
  readonly ended: string;
  readonly cost: string;
  readonly tokens: string;
  readonly modelCalls: string;
  readonly toolCalls: string;
  readonly ofFailed: (calls: string, failed: string) => string;
  readonly incomplete: string;
  readonly forgotten: (calls: string) => string;
  readonly unknown: string;
  readonly nobody: string;

  readonly agents: string;
  readonly agent: string;
  readonly role: string;
  readonly model: string;
  readonly tasks: string;
  readonly task: string;
  readonly duration: string;

  readonly decisions: string;
  readonly when: string;
  readonly what: string;
  readonly outcome: string;
  readonly who: string;
  readonly note: string;
  readonly approval: { readonly pending: string; readonly expired: string };
  readonly budget: (name: string) => string;
  readonly budgetReached: string;
  readonly alert: (rule: string) => string;
  readonly alertStatus: { readonly raised: string; readonly acknowledged: string; readonly resolved: string };

  readonly files: string;
  readonly path: string;
  readonly operation: string;
  readonly file: { readonly [O in 'read' | 'created' | 'modified' | 'deleted' | 'moved']: string };
}

export const reportLabels = defineLabels<ReportLabels>('report', {
  run: 'Run',
  status: 'Status',
  withReason: (word, reason) => `${word} (${reason})`,
  error: 'Error',
  endedBy: 'By',
  started: 'Started',
  ended: 'Ended',
  cost: 'Cost',
  tokens: 'Tokens',
  modelCalls: 'Model calls',
  toolCalls: 'Tool calls',
  ofFailed: (calls, failed) => `${calls}, ${failed} failed`,
  incomplete: 'Incomplete',
  forgotten: (calls) => `The details of ${calls} older calls are no longer held; the totals include them.`,
  unknown: '—',
  nobody: 'unknown',

  agents: 'Agents',
  agent: 'Agent',
  role: 'Role',
  model: 'Model',
  tasks: 'Tasks',
  task: 'Task',
  duration: 'Duration',

  decisions: 'Decisions and alerts',
  when: 'When',
  what: 'What',
  outcome: 'Outcome',
  who: 'Who',
  note: 'Note',
  approval: { pending: 'waits for a decision', expired: 'expired' },
  budget: (name) => `Budget ${name}`,
  budgetReached: 'reached',
  alert: (rule) => `Alert ${rule}`,
  alertStatus: { raised: 'raised', acknowledged: 'acknowledged', resolved: 'resolved' },

  files: 'Files',
  path: 'Path',
  operation: 'Operation',
  file: { read: 'read', created: 'created', modified: 'modified', deleted: 'deleted', moved: 'moved' },
});
