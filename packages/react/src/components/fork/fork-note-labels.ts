import { defineLabels } from '../../labels/define-labels.js';

export interface ForkNoteLabels {
  /** The checkpoint before the first task. */
  readonly start: string;
  readonly forkOf: string;
  readonly forkAt: (checkpoint: string) => string;
  readonly showRun: (run: string) => string;
  readonly reusedTasks: (tasks: string, saved: string) => string;
}

export const forkNoteLabels = defineLabels<ForkNoteLabels>('forkNote', {
  start: 'The beginning',
  forkOf: 'Fork of',
  forkAt: (checkpoint) => `at “${checkpoint}”`,
  showRun: (run) => `Show run ${run}`,
  reusedTasks: (tasks, saved) =>
    `${tasks === '1' ? '1 task' : `${tasks} tasks`} reused, ${saved} not paid again`,
});
