import type { AgentTier } from '@fleetglass/core/client';
import { defineLabels } from '../../labels/define-labels.js';

export interface AgentsLabels {
  readonly title: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly name: string;
  readonly run: string;
  readonly status: string;
  readonly activity: string;
  readonly tasks: string;
  readonly done: (count: string) => string;
  readonly running: (count: string) => string;
  readonly failed: (count: string) => string;
  readonly noTasks: string;
  readonly cost: string;
  readonly tokens: string;
  readonly context: string;
  readonly contextHint: string;
  /** Behind a share that leaves little room. */
  readonly contextUsed: (used: string, limit: string) => string;
  readonly contextWarning: (used: string, limit: string) => string;
  readonly notMeasured: string;
  readonly load: string;
  readonly loadHint: string;
  readonly loadOf: (running: string, places: string) => string;
  readonly success: string;
  /** How the rate and the tier are computed. */
  readonly successHint: (elite: string, probation: string, rated: string) => string;
  readonly notRated: string;
  readonly tier: { readonly [T in AgentTier]: string };
  readonly elapsed: string;
  /** How long it has had its status. */
  readonly since: (duration: string) => string;
  readonly openRun: (run: string) => string;
  readonly gone: string;
  readonly none: string;
}

export const agentsLabels = defineLabels<AgentsLabels>('agents', {
  title: 'Agents',
  empty: 'No agent has joined yet',
  emptyHint: 'Each agent is listed here with its tasks, cost and tokens.',
  name: 'Agent',
  run: 'Run',
  status: 'Status',
  activity: 'Doing',
  tasks: 'Tasks',
  done: (count) => `${count} done`,
  running: (count) => `${count} running`,
  failed: (count) => `${count} failed`,
  noTasks: 'no task yet',
  cost: 'Cost',
  tokens: 'Tokens',
  context: 'Context',
  contextHint: 'How much of the model’s context its last call used; a warning from 80% on.',
  contextUsed: (used, limit) => `${used} of ${limit} tokens`,
  contextWarning: (used, limit) => `Nearly full: ${used} of ${limit} tokens`,
  notMeasured: 'not measured',
  load: 'Load',
  loadHint: 'Tasks that it works on for each that it may work on at once.',
  loadOf: (running, places) => `${running} of ${places}`,
  success: 'Success',
  successHint: (elite, probation, rated) =>
    `Completed tasks among those that completed or failed. Elite from ${elite}, probation below ${probation}, unrated before ${rated} tasks have ended.`,
  notRated: 'no task has ended',
  tier: { elite: 'Elite', standard: 'Standard', probation: 'Probation', unrated: 'Unrated' },
  elapsed: 'Elapsed',
  since: (duration) => `for ${duration}`,
  openRun: (run) => `Open run ${run}`,
  gone: 'No such agent is kept.',
  none: '—',
});
