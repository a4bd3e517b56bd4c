import { defineLabels } from '../../labels/define-labels.js';

export interface AgentsSummaryLabels {
  readonly finished: (agents: string) => string;
  readonly working: (agents: string) => string;
  readonly tokens: (tokens: string) => string;
  readonly files: (files: string) => string;
  readonly title: string;
  readonly agent: string;
  readonly tasks: string;
  readonly time: string;
  readonly timeHint: string;
  readonly tokensHead: string;
  readonly cost: string;
  readonly total: string;
  readonly open: string;
}

export const agentsSummaryLabels = defineLabels<AgentsSummaryLabels>('agentsSummary', {
  finished: (agents) => (agents === '1' ? '1 agent finished' : `${agents} agents finished`),
  working: (agents) => (agents === '1' ? '1 agent at work' : `${agents} agents at work`),
  tokens: (tokens) => `${tokens} tokens`,
  files: (files) => (files === '1' ? '1 file' : `${files} files`),
  title: 'Agents of this task',
  agent: 'Agent',
  tasks: 'Tasks',
  time: 'Time',
  timeHint: 'From the start of its first task to the end of its last one',
  tokensHead: 'Tokens',
  cost: 'Cost',
  total: 'Together',
  open: 'Not finished',
});
