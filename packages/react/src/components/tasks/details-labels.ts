import { defineLabels } from '../../labels/define-labels.js';

export interface TaskDetailsLabels {
  readonly missing: (taskId: string) => string;
  readonly missingHint: string;
  readonly since: (time: string) => string;
  readonly by: (who: string) => string;
  readonly answer: string;
  readonly cost: string;
  readonly tokens: string;
  readonly tokensNote: (input: string, cached: string, output: string) => string;
  readonly elapsed: string;
  readonly calls: string;
  readonly callsNote: (model: string, tool: string, failed: string) => string;
  readonly below: (tasks: string) => string;
  readonly alone: string;
  readonly prompt: string;
  readonly promptOf: {
    readonly system: string;
    readonly user: string;
    readonly input: string;
    readonly runInput: string;
  };
  readonly noPrompt: string;
  readonly result: string;
  readonly noResult: string;
  readonly agents: string;
  readonly workflow: string;
  readonly parent: string;
  readonly children: string;
  readonly moreChildren: (count: string) => string;
  readonly node: string;
  readonly branch: string;
  readonly type: string;
  readonly complexity: string;
  readonly priority: string;
  readonly column: string;
  readonly created: string;
  readonly attempts: string;
  readonly attemptFailed: (attempt: string, code: string) => string;
  readonly spans: string;
  readonly noSpans: string;
  readonly forgotten: string;
  readonly moreSpans: (count: string) => string;
  readonly input: string;
  readonly output: string;
  readonly noPayload: string;
  readonly payloadMissing: string;
  readonly loading: string;
  readonly firstToken: (time: string) => string;
  readonly files: (count: string) => string;
  readonly logs: (count: string) => string;
  readonly showAll: (characters: string) => string;
  readonly showLess: string;
  readonly cutAt: (characters: string, of: string) => string;
  readonly decisions: string;
  readonly asked: (question: string) => string;
  readonly answered: (question: string, answer: string) => string;
  readonly expired: (question: string) => string;
  /** What somebody did to the task, by event type. */
  readonly acts: { readonly [type: string]: string };
  readonly fork: string;
  readonly forkHint: string;
  readonly runAgain: string;
  readonly runAgainHint: string;
  readonly historyFailed: (message: string) => string;
}

export const detailsLabels = defineLabels<TaskDetailsLabels>('taskDetails', {
  missing: (taskId) => `Task ${taskId} is not here`,
  missingHint: 'It appears with its first event, or was forgotten with its run.',
  since: (time) => `since ${time}`,
  by: (who) => `by ${who}`,
  answer: 'Answer …',
  cost: 'Cost',
  tokens: 'Tokens',
  tokensNote: (input, cached, output) =>
    cached === '' ? `${input} in, ${output} out` : `${input} in (${cached} cached), ${output} out`,
  elapsed: 'Time',
  calls: 'Calls',
  callsNote: (model, tool, failed) =>
    `${model} model, ${tool} tool${failed === '' ? '' : `, ${failed} failed`}`,
  below: (tasks) => (tasks === '1' ? 'with 1 task below' : `with ${tasks} tasks below`),
  alone: 'of this task',
  prompt: 'Prompt',
  promptOf: {
    system: 'System',
    user: 'User',
    input: 'Input of its first call',
    runInput: 'Input of the run',
  },
  noPrompt: 'Nothing was recorded of what this task was told.',
  result: 'Result',
  noResult: 'No result yet.',
  agents: 'Agents',
  workflow: 'Place in the workflow',
  parent: 'Part of',
  children: 'Below it',
  moreChildren: (count) => `and ${count} more`,
  node: 'Node',
  branch: 'Branch',
  type: 'Type',
  complexity: 'Complexity',
  priority: 'Priority',
  column: 'Column',
  created: 'Created',
  attempts: 'Failed attempts',
  attemptFailed: (attempt, code) => `Attempt ${attempt} failed (${code})`,
  spans: 'Calls',
  noSpans: 'This task made no call of its own.',
  forgotten: 'Older calls were forgotten to stay within bounds; the sums still hold them.',
  moreSpans: (count) => `Show ${count} more`,
  input: 'Input',
  output: 'Output',
  noPayload: 'Not recorded.',
  payloadMissing: 'It is no longer stored.',
  loading: 'Loading …',
  firstToken: (time) => `first token after ${time}`,
  files: (count) => (count === '1' ? '1 file' : `${count} files`),
  logs: (count) => (count === '1' ? '1 log line' : `${count} log lines`),
  showAll: (characters) => `Show all ${characters} characters`,
  showLess: 'Show less',
  cutAt: (characters, of) => `The first ${characters} of ${of} characters. Copy takes all of them.`,
  decisions: 'Decisions',
  asked: (question) => `${question} – not answered yet`,
  answered: (question, answer) => `${question} – ${answer}`,
  expired: (question) => `${question} – nobody answered in time`,
  acts: {
    'task.assigned': 'Assigned',
    'task.paused': 'Paused',
    'task.resumed': 'Resumed',
    'task.cancelled': 'Cancelled',
  },
  fork: 'Run again from here …',
  forkHint: 'A fork begins at the checkpoint before it. What was done until then is not paid again.',
  runAgain: 'Run again with the same input',
  runAgainHint: 'This run has no checkpoints: a new one begins from the start.',
  historyFailed: (message) => `The history of this task could not be read: ${message}`,
});
