import type { WorkStatus } from '../model/status.js';
import type { FleetEvent } from '../protocol/event.js';
import { note } from './feed.js';
import type { Fold, Handler, Handlers } from './fold.js';
import { addIn, HOME, own } from './fold.js';
import type { Fields } from './guard.js';
import { amount, count, oneOf, put, shape, take, text } from './guard.js';
import { taskKey } from './keys.js';
import { append } from './list.js';
import { setStatus, WORK } from './reduce-run.js';
import type { TaskState } from './state.js';
import type { Draft, Held } from './table.js';
import { blank } from './table.js';
import { ZERO_TOTALS } from './totals.js';

const progress = shape<NonNullable<TaskState['progress']>>(
  { done: amount, total: amount, message: text },
  'total',
  'message',
);

export const TASK: Fields<Omit<TaskState, 'key'>> = {
  ...HOME,
  ...WORK,
  id: text,
  agentId: text,
  name: text,
  node: text,
  parentTaskId: text,
  type: text,
  complexity: oneOf('simple', 'moderate', 'complex'),
  role: text,
  branch: shape({ index: count, of: count }),
  attempt: count,
  progress,
  column: text,
};

const NO_TASK = blank<TaskState>(TASK);

export function newTask(runId: string | undefined, id: string, time: number): Draft<TaskState> {
  const task: Draft<TaskState> = {
    ...NO_TASK,
    key: taskKey(runId, id),
    id,
    name: id,
    status: 'queued',
    attempt: 0,
  };
  task.statusSince = task.createdAt = time;
  task.totals = ZERO_TOTALS;
  put(task, 'runId', runId);
  return task;
}

/** What an agent counts. */
const COUNTERS: { readonly [S in WorkStatus]?: 'runningTasks' | 'completedTasks' | 'failedTasks' } = {
  running: 'runningTasks',
  completed: 'completedTasks',
  failed: 'failedTasks',
};

/** Adds a task to what its run and agent count, or takes it away. */
function tally({ run, agents }: Fold, { status, runId, agentId }: TaskState, sign: 1 | -1): void {
  if (run) addIn(own(run, 'taskCounts'), status, sign);
  const counter = COUNTERS[status];
  if (!counter || agentId === undefined) return;
  const agent = agents.find(runId, agentId);
  if (agent) agent.value[counter] += sign;
}

/** The task's row; any event of the `task` family makes it. */
function taskOf(fold: Fold, event: FleetEvent): Held<TaskState> | undefined {
  const { runId, threadId, agentId, taskId, time } = event;
  if (taskId === undefined) return undefined;
  const known = fold.tasks.find(runId, taskId);
  if (known) return known;
  const task = newTask(runId, taskId, time);
  put(task, 'threadId', threadId);
  put(task, 'agentId', agentId);
  tally(fold, task, 1);
  const run = fold.run?.value;
  if (run) run.tasks = append(run.tasks, task.key);
  return fold.tasks.add(runId, taskId, task, task.key);
}

/** Handler of an event that says which status the task has now. */
const to =
  (status: WorkStatus): Handler =>
  (fold, event, data) => {
    const task = taskOf(fold, event)?.value;
    if (!task) return;
    tally(fold, task, -1);
    setStatus(fold, event, task, status, data);
    tally(fold, task, 1);
    put(task, 'attempt', count(data['attempt']));
  };

const waiting = to('waiting');
const completed = to('completed');

const DESCRIPTION = ['name', 'type', 'complexity', 'priority', 'role'] as const;

export const taskHandlers: Handlers<'task'> = {
  'task.created': (fold, event, data) => {
    const task = taskOf(fold, event)?.value;
    if (!task) return;
    take<Omit<TaskState, 'key'>>(task, data, TASK, [...DESCRIPTION, 'node', 'parentTaskId', 'branch']);
    note(fold, event, task.name);
  },
  'task.assigned': (fold, event) => {
    const task = taskOf(fold, event)?.value;
    if (!task) return;
    tally(fold, task, -1);
    put(task, 'agentId', event.agentId);
    tally(fold, task, 1);
  },
  'task.started': to('running'),
  'task.progress': (fold, event, data) => {
    const task = taskOf(fold, event);
    if (task) put(task.value, 'progress', progress(data));
  },
  'task.waiting': waiting,
  'task.paused': to('paused'),
  'task.resumed': to('running'),
  'task.retrying': (fold, event, data) => waiting(fold, event, { ...data, reason: 'retry' }),
  'task.completed': (fold, event, data) =>
    completed(fold, event, data['reused'] === true ? { ...data, reason: 'reused' } : data),
  'task.failed': to('failed'),
  'task.cancelled': to('cancelled'),
  'task.skipped': to('skipped'),
  'task.stopped': to('stopped'),
  'task.moved': (fold, event, data) => {
    const task = taskOf(fold, event)?.value;
    if (!task) return;
    put(task, 'column', text(data['to']));
    note(fold, event, task.name, task.column);
  },
  'task.updated': (fold, event, data) => {
    const task = taskOf(fold, event)?.value;
    if (task) take<Omit<TaskState, 'key'>>(task, data, TASK, DESCRIPTION);
  },
};
