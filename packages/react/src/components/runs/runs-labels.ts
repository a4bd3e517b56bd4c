import type { RunMatchField } from '@fleetglass/core/client';
import type { Priority } from '@fleetglass/core/protocol';
import type { NotAgain } from '../../hooks/useRunAgain.js';
import { defineLabels } from '../../labels/define-labels.js';

export interface RunsLabels {
  readonly title: string;
  readonly count: (count: string) => string;
  readonly countOf: (found: string, total: string) => string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly noneFound: string;
  readonly noneFoundHint: string;
  readonly clear: string;
  readonly search: string;
  readonly filters: string;
  /** Before the words in which a search found something. */
  readonly foundIn: { readonly [F in RunMatchField]: string };
  readonly status: string;
  readonly priority: string;
  readonly anyPriority: string;
  readonly label: string;
  readonly anyLabel: string;
  readonly source: string;
  readonly anySource: string;
  /** Of a run that is no recording. */
  readonly own: string;
  readonly time: string;
  readonly anyTime: string;
  /** A run began within this many milliseconds. */
  readonly within: (duration: string) => string;
  readonly priorities: { readonly [P in Priority]: string };
  readonly name: string;
  readonly agents: string;
  readonly tasks: string;
  readonly tasksDone: (done: string, total: string) => string;
  readonly tasksFailed: (count: string) => string;
  readonly tokens: string;
  readonly cost: string;
  readonly duration: string;
  readonly started: string;
  readonly lastEvent: string;
  readonly again: string;
  readonly againOf: (run: string) => string;
  readonly notAgain: { readonly [N in NotAgain]: string };
  readonly gone: string;
  readonly none: string;
}

export const runsLabels = defineLabels<RunsLabels>('runs', {
  title: 'Runs',
  count: (count) => count,
  countOf: (found, total) => `${found} of ${total}`,
  empty: 'No run yet',
  emptyHint: 'Runs appear here as soon as one starts.',
  noneFound: 'No run matches',
  noneFoundHint: 'Other words or fewer filters may find one.',
  clear: 'Clear filters',
  search: 'Search runs, agents, tasks, errors',
  filters: 'Filters',
  foundIn: {
    name: 'Name',
    id: 'Id',
    thread: 'Thread',
    label: 'Label',
    source: 'Source',
    error: 'Error',
    agent: 'Agent',
    task: 'Task',
    taskError: 'Error of a task',
  },
  status: 'Status',
  priority: 'Priority',
  anyPriority: 'Any priority',
  label: 'Label',
  anyLabel: 'Any label',
  source: 'Source',
  anySource: 'Any source',
  own: 'Run here',
  time: 'Started',
  anyTime: 'Any time',
  within: (duration) => `Last ${duration}`,
  priorities: { critical: 'Critical', high: 'High', normal: 'Normal', low: 'Low' },
  name: 'Run',
  agents: 'Agents',
  tasks: 'Tasks',
  tasksDone: (done, total) => `${done} of ${total}`,
  tasksFailed: (count) => `${count} failed`,
  tokens: 'Tokens',
  cost: 'Cost',
  duration: 'Duration',
  started: 'Started',
  lastEvent: 'Last event',
  again: 'Run again',
  againOf: (run) => `Run ${run} again with the same input`,
  notAgain: {
    replaying: 'You are looking at the past. Go back to live to start a run.',
    recorded: 'This is a recording; nothing here can run it again.',
    notRegistered: 'Nothing is registered under this name, so it cannot be started from here.',
    inputUnknown: 'What it was started with is not known.',
    inputGone: 'What it was started with is no longer stored.',
  },
  gone: 'This run is no longer kept.',
  none: '—',
});
