import { defineLabels } from '../../labels/define-labels.js';
export interface RunHeaderLabels {
  readonly title: (run: string) => string;
  readonly unnamed: string;
  readonly started: (time: string) => string;
  readonly created: (time: string) => string;
  readonly fromTo: (start: string, end: string) => string;
  readonly recorded: (source: string) => string;
  /** Of a recording whose source tells no times. */
  readonly timeless: string;
  readonly elapsed: string;
  readonly cost: string;
  readonly tokens: string;
  /** `cached` is empty when nothing came from a cache. */
  readonly tokensHint: (input: string, cached: string, output: string) => string;
  readonly calls: string;
  readonly callsHint: (model: string, tool: string) => string;
  readonly toolErrors: (count: string) => string;
  readonly tasks: string;
  readonly tasksDone: (done: string, total: string) => string;
  /** Tasks that were cancelled, skipped or stopped. */
  readonly tasksNotDone: (count: string) => string;
  readonly tasksRunning: (count: string) => string;
  readonly tasksFailed: (count: string) => string;
  readonly noSpend: string;
}

export const runHeaderLabels = defineLabels<RunHeaderLabels>('runHeader', {
  title: (run) => `Run ${run}`,
  unnamed: 'Unnamed run',
  started: (time) => `Started ${time}`,
  created: (time) => `Created ${time}`,
  fromTo: (start, end) => `${start} – ${end}`,
  recorded: (source) => `Recorded from ${source}`,
  timeless: 'Without times: a second stands for each step',
  elapsed: 'Elapsed',
  cost: 'Cost',
  tokens: 'Tokens',
  tokensHint: (input, cached, output) =>
    cached === '' ? `${input} in, ${output} out` : `${input} in (${cached} cached), ${output} out`,
  calls: 'Calls',
  callsHint: (model, tool) => `${model} model, ${tool} tool`,
  toolErrors: (count) => `${count} failed`,
  tasks: 'Tasks',
  tasksDone: (done, total) => `${done} of ${total}`,
  tasksNotDone: (count) => `${count} not done`,
  tasksRunning: (count) => `${count} running`,
  tasksFailed: (count) => `${count} failed`,
  noSpend: 'nothing spent yet',
});

export interface RunControlsLabels {
  readonly group: string;
  readonly pause: string;
  readonly resume: string;
  readonly cancel: string;
  readonly again: string;
  /** The input, which is stored apart because it is large, cannot be fetched. */
  readonly inputGone: string;
  readonly fork: string;
  readonly confirm: string;
  readonly confirmCancel: string;
  readonly keep: string;
  readonly replaying: string;
  readonly pending: { readonly [type: string]: string };
  readonly accepted: (what: string, time: string) => string;
  readonly refused: (what: string, why: string, time: string) => string;
  /** Name of a command inside a sentence, by its type. */
  readonly command: { readonly [type: string]: string };
}

export const runControlsLabels = defineLabels<RunControlsLabels>('runControls', {
  group: 'Run controls',
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  again: 'Run again',
  inputGone: 'It was not started: its input is no longer stored.',
  fork: 'Fork …',
  confirm: 'Stop everything in this run?',
  confirmCancel: 'Yes, cancel it',
  keep: 'Keep it running',
  replaying: 'You are looking at the past. Go back to live to steer the run.',
  pending: {
    pause: 'Pausing: running tasks finish first …',
    resume: 'Resuming …',
    cancel: 'Cancelling …',
    start: 'Starting …',
    decide: 'Sending the decision …',
    acknowledge: 'Acknowledging …',
    setBudget: 'Changing the limit …',
    fork: 'Forking …',
  },
  accepted: (what, time) => `${what} accepted at ${time}.`,
  refused: (what, why, time) => `${what} refused at ${time}: ${why}`,
  command: {
    pause: 'Pause',
    resume: 'Resume',
    cancel: 'Cancel',
    start: 'New run',
    decide: 'Decision',
    acknowledge: 'Acknowledgement',
    setBudget: 'New limit',
    fork: 'Fork',
  },
});

export interface RunWhyLabels {
  /** Why a run is where it is, by status and reason code; `''` is for a code that has no words of its own. */
  readonly reason: { readonly [status: string]: { readonly [reason: string]: string } };
  /** What makes it go on. */
  readonly unblock: { readonly [status: string]: { readonly [reason: string]: string } };
  readonly since: (time: string, ago: string) => string;
  /** Of a recording, which nothing unblocks any more. */
  readonly recordedSince: (time: string) => string;
  readonly by: (who: string) => string;
  readonly errorCode: (code: string) => string;
  readonly raise: (limit: string) => string;
  readonly raiseAndResume: (limit: string) => string;
  /** Instead of the reason and of what unblocks it, once the limit that paused a run is higher. */
  readonly raised: string;
  readonly raisedHint: string;
  /** The same, while a person is asked for a higher limit. */
  readonly asked: string;
  readonly askedHint: string;
}

export const runWhyLabels = defineLabels<RunWhyLabels>('runWhy', {
  reason: {
    waiting: {
      approval: 'A person has to decide.',
      budget: 'The rest of the budget is held by calls that run.',
      dependency: 'It needs something from outside.',
      '': 'It waits for something outside.',
    },
    paused: { command: 'Paused by request.', budget: 'Paused because the budget is used up.', '': 'Paused.' },
    failed: { '': 'The run failed.' },
    stopped: {
      budget: 'Stopped because the budget is used up.',
      steps: 'Stopped at its limit of steps.',
      time: 'Stopped at its limit of time.',
      '': 'Stopped by a limit.',
    },
    cancelled: { '': 'Cancelled.' },
  },
  unblock: {
    waiting: {
      approval: 'Answer below to let it go on.',
      budget: 'It goes on when one of them costs less, or with a higher limit.',
      '': 'It goes on by itself once that arrives.',
    },
    paused: { budget: 'It goes on once the limit is higher and it is resumed.', '': 'Resume it to go on.' },
    failed: { '': 'Look at the cause, then run it again.' },
    stopped: {
      budget:
        'Finished work is kept. Fork it to go on from a checkpoint, or run it again with a higher limit.',
      '': 'Finished work is kept.',
    },
    cancelled: { '': 'Finished work is kept.' },
  },
  since: (time, ago) => `Since ${time}, ${ago} ago`,
  recordedSince: (time) => `Since ${time}`,
  by: (who) => `by ${who}`,
  errorCode: (code) => `Code ${code}.`,
  raise: (limit) => `Raise the limit to ${limit}`,
  raiseAndResume: (limit) => `Raise the limit to ${limit} and resume`,
  raised: 'Still paused: the limit was raised.',
  raisedHint: 'Resume it to go on.',
  asked: 'The budget is used up and a person has to decide.',
  askedHint: 'Answer below to let it go on, or to stop it.',
});
