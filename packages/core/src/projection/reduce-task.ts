import type { WorkStatus } from '../model/status.js';
import type { FleetEvent } from '../protocol/event.js';
import { note } from './feed.js';
import type { Fold, Handler, Handlers } from './fold.js';
import { addIn, own, setHome } from './fold.js';
import type { Data } from './guard.js';
import { amount, count, dataOf, oneOf, payload, put, text } from './guard.js';
import { taskKey } from './keys.js';
import { append } from './list.js';
import { noteWork, priority, setWork } from './reduce-run.js';
import type { TaskState } from './state.js';
import type { Draft, Held } from './table.js';
import { ZERO_TOTALS } from './totals.js';

export const complexity = oneOf(['simple', 'moderate', 'complex']);

/** What an agent counts. */
const COUNTERS: { readonly [S in WorkStatus]?: 'runningTasks' | 'completedTasks' | 'failedTasks' } = {
  running: 'runningTasks',
  completed: 'completedTasks',
  failed: 'failedTasks',
};

/** Adds a task to what its run and agent count, or takes it away. */
function tally(fold: Fold, { status, runId, agentId }: TaskState, sign: 1 | -1): void {
  if (fold.run) addIn(own(fold.run, 'taskCounts') as { [name: string]: number }, status, sign);
  const counter = COUNTERS[status];
  const agent = counter && fold.agentIn(runId, agentId);
  if (agent) agent.value[counter] += sign;
}

/** The task's row; any event of the `task` family makes it. */
function taskOf(fold: Fold, event: FleetEvent): Held<TaskState> | undefined {
  const { runId, agentId, taskId, time } = event;
  const known = fold.taskIn(runId, taskId);
  if (known || taskId === undefined) return known;
  const key = taskKey(runId, taskId);
  const task: Draft<TaskState> = {
    key,
    id: taskId,
    name: taskId,
    status: 'queued',
    statusSince: time,
    createdAt: time,
    attempt: 0,
    totals: ZERO_TOTALS,
  };
  setHome(task, event);
  put(task, 'agentId', agentId);
  tally(fold, task, 1);
  const { run } = fold;
  if (run) run.value.tasks = append(run.value.tasks, key);
  return fold.tasks.add(key, task);
}

/** Fields that `created` gives and `updated` replaces. */
function describe(task: Draft<TaskState>, data: Data): void {
  put(task, 'name', text(data['name']));
  put(task, 'type', text(data['type']));
  put(task, 'complexity', complexity(data['complexity']));
  put(task, 'priority', priority(data['priority']));
  put(task, 'role', text(data['role']));
}

/** Handler of an event that says which status the task has now. */
const to =
  (status: WorkStatus): Handler =>
  (fold, event, data) => {
    const task = taskOf(fold, event)?.value;
    if (!task) return;
    tally(fold, task, -1);
    setWork(task, status, event.time, data);
    tally(fold, task, 1);
    if (status === 'running') task.startedAt ??= event.time;
    put(task, 'attempt', count(data['attempt']));
    put(task, 'output', payload(data['output']));
    noteWork(fold, event, task, task.name);
  };

const waiting = to('waiting');

export const taskHandlers: Handlers<'task'> = {
  'task.created': (fold, event, data) => {
    const task = taskOf(fold, event)?.value;
    if (!task) return;
    describe(task, data);
    put(task, 'node', text(data['node']));
    put(task, 'parentTaskId', text(data['parentTaskId']));
    const branch = dataOf(data['branch']);
    const index = count(branch['index']);
    const of = count(branch['of']);
    if (index !== undefined && of !== undefined) task.branch = { index, of };
    note(fold, event, { subject: task.name });
  },
  'task.assigned': (fold, event) => {
    const task = taskOf(fold, event)?.value;
    if (!task || event.agentId === undefined) return;
    tally(fold, task, -1);
    task.agentId = event.agentId;
    tally(fold, task, 1);
  },
  'task.started': to('running'),
  'task.progress': (fold, event, data) => {
    const task = taskOf(fold, event)?.value;
    if (!task) return;
    const progress: Draft<NonNullable<TaskState['progress']>> = { done: amount(data['done']) ?? 0 };
    put(progress, 'total', amount(data['total']));
    put(progress, 'message', text(data['message']));
    task.progress = progress;
  },
  'task.waiting': waiting,
  'task.paused': to('paused'),
  'task.resumed': to('running'),
  'task.retrying': (fold, event, data) => waiting(fold, event, { ...data, reason: 'retry' }),
  'task.completed': to('completed'),
  'task.failed': to('failed'),
  'task.cancelled': to('cancelled'),
  'task.skipped': to('skipped'),
  'task.stopped': to('stopped'),
  'task.moved': (fold, event, data) => {
    const task = taskOf(fold, event)?.value;
    const column = text(data['to']);
    if (!task || column === undefined) return;
    task.column = column;
    note(fold, event, { subject: task.name, detail: column });
  },
  'task.updated': (fold, event, data) => {
    const task = taskOf(fold, event)?.value;
    if (task) describe(task, data);
  },
};
