import type { Complexity, Priority, SpanStatus } from '@fleetglass/core/protocol';
import { defineLabels } from '../../labels/define-labels.js';

/** Words that tree, board and details share. */
export interface TasksLabels {
  readonly count: (tasks: string) => string;
  readonly priority: { readonly [P in Priority]: string };
  readonly complexity: { readonly [C in Complexity]: string };
  readonly spanStatus: { readonly [S in SpanStatus | 'running']: string };
  /** Why a task is where it is, by status and reason code; `''` is for a code that has no words of its own. */
  readonly why: { readonly [status: string]: { readonly [reason: string]: string } };
  /** What makes it go on. */
  readonly unblock: { readonly [status: string]: { readonly [reason: string]: string } };
  /** A reason with what was said about it. */
  readonly whySaid: (reason: string, said: string) => string;
  readonly reused: string;
  readonly attempt: (attempt: string) => string;
  readonly doneOf: (done: string, of: string) => string;
  readonly done: (done: string) => string;
  readonly failed: (failed: string) => string;
  readonly branch: (index: string, of: string) => string;
  readonly unnamed: string;
  readonly nobody: string;
  readonly agents: (count: string) => string;
  readonly none: string;
  readonly notStarted: string;
  /** Hint over a cost that holds that of other tasks. */
  readonly costHint: (hint: string, own: string, tasks: string) => string;
}

const tasksOf = (tasks: string): string => (tasks === '1' ? '1 task' : `${tasks} tasks`);

export const tasksLabels = defineLabels<TasksLabels>('tasks', {
  count: tasksOf,
  priority: { critical: 'Critical', high: 'High', normal: 'Normal', low: 'Low' },
  complexity: { simple: 'Simple', moderate: 'Moderate', complex: 'Complex' },
  spanStatus: { ok: 'Done', error: 'Failed', cancelled: 'Cancelled', running: 'Running' },
  why: {
    waiting: {
      approval: 'A person has to decide',
      budget: 'Waits for budget',
      dependency: 'Needs something from outside',
      concurrency: 'Waits for a free place',
      retry: 'Tries again soon',
      '': 'Waits for something outside',
    },
    paused: { '': 'Paused by request', budget: 'Paused: the budget is used up' },
    failed: { '': 'Failed' },
    stopped: {
      budget: 'The budget was used up',
      steps: 'Reached its limit of steps',
      time: 'Reached its limit of time',
      '': 'Stopped by a limit',
    },
    cancelled: { '': 'Cancelled' },
    skipped: { '': 'Not needed: no way led to it' },
  },
  unblock: {
    waiting: {
      approval: 'It goes on once the question is answered.',
      budget: 'It goes on when other calls cost less, or with a higher limit.',
      concurrency: 'It starts when another task ends.',
      retry: 'It begins again by itself.',
      '': 'It goes on by itself once that arrives.',
    },
    paused: { '': 'It goes on once the run is resumed.' },
    failed: { '': 'Look at the cause, then run it again from before it.' },
    stopped: { '': 'Finished work is kept. Run it again with a higher limit.' },
    cancelled: { '': 'Finished work is kept.' },
  },
  whySaid: (reason, said) => `${reason}: ${said}`,
  reused: 'reused, nothing was paid',
  attempt: (attempt) => `attempt ${attempt}`,
  doneOf: (done, of) => `${done} of ${of} done`,
  done: (done) => `${done} done`,
  failed: (failed) => `${failed} failed`,
  branch: (index, of) => `branch ${index} of ${of}`,
  unnamed: 'Unnamed task',
  nobody: 'Nobody',
  agents: (count) => (count === '1' ? '1 agent' : `${count} agents`),
  none: '—',
  notStarted: 'Not started yet',
  costHint: (hint, own, tasks) => `${hint}. ${own} of its own, the rest of ${tasksOf(tasks)} below.`,
});
