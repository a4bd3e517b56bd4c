import { defineLabels } from '../../labels/define-labels.js';

export interface TaskBoardLabels {
  readonly title: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly column: (name: string, count: string) => string;
  readonly columns: string;
  readonly nothing: string;
  readonly more: (count: string) => string;
  readonly lanes: string;
  readonly age: (age: string) => string;
  /** Said when tasks were moved: each column that has any. */
  readonly announce: (columns: readonly string[]) => string;
  /** How to move about, for assistive technology. */
  readonly keys: string;
}

export const boardLabels = defineLabels<TaskBoardLabels>('taskBoard', {
  title: 'Board',
  empty: 'No task yet',
  emptyHint: 'Tasks stand here in columns as soon as they are created.',
  column: (name, count) => `${name}, ${count === '1' ? '1 task' : `${count} tasks`}`,
  columns: 'Columns',
  nothing: 'Nothing here',
  more: (count) => `Show ${count} more`,
  lanes: 'By agent',
  age: (age) => `${age} old`,
  announce: (columns) => columns.join('. '),
  keys: 'Arrow keys move between cards and columns, Enter opens a card.',
});
