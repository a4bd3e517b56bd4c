import { defineLabels } from '../../labels/define-labels.js';

export interface TaskTreeLabels {
  readonly title: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly noFit: string;
  readonly noFitHint: string;
  readonly clear: string;
  readonly fitting: (fitting: string, tasks: string) => string;
  readonly search: string;
  readonly status: string;
  readonly anyStatus: string;
  readonly complexity: string;
  readonly anyComplexity: string;
  readonly openAll: string;
  readonly closeAll: string;
  readonly task: string;
  readonly progress: string;
  readonly agent: string;
  readonly elapsed: string;
  readonly cost: string;
  readonly branches: (name: string, count: string) => string;
}

export const treeLabels = defineLabels<TaskTreeLabels>('taskTree', {
  title: 'Tasks',
  empty: 'No task yet',
  emptyHint: 'Each task is listed here below the one that it is part of, as soon as it is created.',
  noFit: 'No task fits',
  noFitHint: 'Search for something else, or choose another status or complexity.',
  clear: 'Show all tasks',
  fitting: (fitting, tasks) => `${fitting} of ${tasks} fit`,
  search: 'Search tasks',
  status: 'Status',
  anyStatus: 'Every status',
  complexity: 'Complexity',
  anyComplexity: 'Every complexity',
  openAll: 'Expand all',
  closeAll: 'Collapse all',
  task: 'Task',
  progress: 'Progress',
  agent: 'Agent',
  elapsed: 'Time',
  cost: 'Cost',
  branches: (name, count) => `${name} × ${count}`,
});
