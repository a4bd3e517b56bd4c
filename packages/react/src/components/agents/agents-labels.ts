import { defineLabels } from '../../labels/define-labels.js';
export interface AgentsLabels {
  readonly title: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly name: string;
  readonly status: string;
  readonly activity: string;
  readonly tasks: string;
  readonly done: (count: string) => string;
  readonly running: (count: string) => string;
  readonly failed: (count: string) => string;
  readonly noTasks: string;
  readonly cost: string;
  readonly tokens: string;
  /** Behind a number. */
  readonly tokensUnit: string;
  readonly context: (used: string, limit: string) => string;
  readonly none: string;
}

export const agentsLabels = defineLabels<AgentsLabels>('agents', {
  title: 'Agents',
  empty: 'No agent has joined yet',
  emptyHint: 'Each agent is listed here with its tasks, cost and tokens.',
  name: 'Agent',
  status: 'Status',
  activity: 'Doing',
  tasks: 'Tasks',
  done: (count) => `${count} done`,
  running: (count) => `${count} running`,
  failed: (count) => `${count} failed`,
  noTasks: 'no task yet',
  cost: 'Cost',
  tokens: 'Tokens',
  tokensUnit: 'tokens',
  context: (used, limit) => `Context ${used} of ${limit} tokens`,
  none: '—',
});
