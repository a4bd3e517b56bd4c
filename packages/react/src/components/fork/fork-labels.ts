import { defineLabels } from '../../labels/define-labels.js';
export interface ForkLabels {
  readonly title: (run: string) => string;
  readonly explanation: string;
  readonly checkpoints: string;
  readonly none: string;
  readonly startNote: string;
  readonly completed: (tasks: string) => string;
  readonly reused: string;
  readonly takenOver: string;
  readonly takenOverTasks: (tasks: string) => string;
  readonly takenOverNote: string;
  readonly spent: string;
  readonly spentNote: string;
  readonly again: string;
  /** What running on will about cost, or has cost so far where the run that is forked still goes on. */
  readonly againAmount: (amount: string, goesOn: boolean) => string;
  readonly againNote: string;
  readonly patch: string;
  readonly patchField: string;
  readonly patchHint: (fields: readonly string[]) => string;
  readonly patchInsert: string;
  readonly notJson: string;
  readonly notObject: string;
  readonly submit: string;
  readonly cancel: string;
  /** Written before the link to the run that this one was forked from. */
  readonly againShort: (amount: string) => string;
  readonly forks: (count: string) => string;
  readonly history: string;
  readonly historyNote: (count: string) => string;
  readonly noneHint: string;
  readonly recordingHint: string;
  readonly compareWith: string;
  readonly comparePrevious: string;
  readonly compareEnd: string;
  readonly fieldsHeading: string;
  readonly noDifference: string;
  readonly reducerNote: string;
  readonly change: { readonly added: string; readonly removed: string; readonly changed: string };
  readonly before: string;
  readonly after: string;
  readonly writtenBy: (task: string) => string;
  /** A commit that is not here: whose, and how large. */
  readonly opaque: (task: string, size: string) => string;
  readonly opaqueValue: (task: string) => string;
  readonly longer: (characters: string) => string;
  readonly forkHere: string;
  readonly showMoment: string;
  readonly forksHeading: string;
  readonly chooseOne: string;
}

export const forkLabels = defineLabels<ForkLabels>('fork', {
  title: (run) => `Fork ${run}`,
  explanation:
    'A new run begins with everything that was done up to a checkpoint, without paying for it again. This run stays as it is.',
  checkpoints: 'Checkpoint to begin from',
  none: 'This run has no checkpoint to fork from.',
  startNote: 'before the first task',
  completed: (tasks) => (tasks === '1' ? '1 task done' : `${tasks} tasks done`),
  reused: 'reused',
  takenOver: 'Taken over',
  takenOverTasks: (tasks) => (tasks === '1' ? '1 task' : `${tasks} tasks`),
  takenOverNote: 'with their results',
  spent: 'Not paid again',
  spentNote: 'cost of these tasks',
  again: 'Running on',
  againAmount: (amount, goesOn) => (goesOn ? `${amount} so far` : `about ${amount}`),
  againNote: 'as this run paid after it; nothing for calls that stay the same',
  patch: 'Change the state first',
  patchField: 'Fields to replace, as a JSON object',
  patchHint: (fields) =>
    fields.length === 0
      ? 'What follows the checkpoint sees these values.'
      : `What follows the checkpoint sees these values. Its task wrote: ${fields.join(', ')}.`,
  patchInsert: 'Insert what it wrote',
  notJson: 'This is not JSON.',
  notObject: 'Enter an object, such as {"field": "value"}.',
  submit: 'Fork and run',
  cancel: 'Cancel',
  againShort: (amount) => `${amount} after`,
  forks: (count) => (count === '1' ? '1 fork' : `${count} forks`),
  history: 'Checkpoints',
  historyNote: (count) => (count === '1' ? '1 checkpoint' : `${count} checkpoints`),
  noneHint: 'A run of a graph has one before its first task and one after each completed task.',
  recordingHint: 'This run was recorded elsewhere; its record holds no state to begin from.',
  compareWith: 'Compared with',
  comparePrevious: 'the one before',
  compareEnd: 'the end',
  fieldsHeading: 'State',
  noDifference: 'No field of the state differs.',
  reducerNote: 'Fields are shown as their tasks wrote them; a reducer may combine what several wrote.',
  change: { added: 'Added', removed: 'Removed', changed: 'Changed' },
  before: 'Before',
  after: 'After',
  writtenBy: (task) => `by ${task}`,
  opaque: (task, size) => `“${task}” wrote ${size}, kept by reference.`,
  opaqueValue: (task) => `“${task}” returned a value that is no set of fields.`,
  longer: (characters) => `… ${characters} characters in all`,
  forkHere: 'Fork from here …',
  showMoment: 'Show this moment',
  forksHeading: 'Forks from here',
  chooseOne: 'Choose a checkpoint to see what changed and what a fork would cost.',
});
