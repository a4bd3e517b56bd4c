import type { WorkStatus } from '../model/status.js';
import { isFinal } from '../model/status.js';
import { agentKey } from '../projection/keys.js';
import type { AgentState, FleetState, TaskState, Totals } from '../projection/state.js';
import { addTotals, copyTotals, ZERO_TOTALS } from '../projection/totals.js';
import { taskIndexOf } from './task-index.js';
import type { TaskIndex, TaskNode } from './task-index.js';

/** A task, or a fan-out, together with all that is below it. */
export interface TaskSummary {
  /** Tasks below it, at any depth; without itself. */
  readonly tasks: number;
  /** Those by status; a status that none has is absent. */
  readonly counts: { readonly [S in WorkStatus]?: number };
  /** Those of them after which nothing follows, whatever became of them. */
  readonly ended: number;
  /** Of the task itself and of all below: each call counts once, with the task that made it. */
  readonly totals: Totals;
  /** When the first of them started; absent before that. */
  readonly startedAt?: number;
  /** When the last of them ended; absent while one goes on. */
  readonly endedAt?: number;
}

interface Draft {
  tasks: number;
  ended: number;
  counts: { [S in WorkStatus]?: number };
  totals: Totals;
  from: number;
  to: number;
  open: boolean;
}

const empty = (): Draft => ({
  tasks: 0,
  ended: 0,
  counts: {},
  totals: copyTotals(ZERO_TOTALS),
  from: Infinity,
  to: -Infinity,
  open: false,
});

function addTimes(sum: Draft, { startedAt, endedAt, status }: TaskState): void {
  if (startedAt !== undefined) sum.from = Math.min(sum.from, startedAt);
  if (endedAt !== undefined) sum.to = Math.max(sum.to, endedAt);
  if (!isFinal(status)) sum.open = true;
}

/** Sums of every node that has something below it, made once for each state of the tasks. */
const sums = new WeakMap<TaskIndex, ReadonlyMap<number, Draft>>();

function sumsOf(index: TaskIndex): ReadonlyMap<number, Draft> {
  const known = sums.get(index);
  if (known) return known;
  const { nodes, tasks, taskAt, parentAt } = index;
  const drafts = new Map<number, Draft>();
  // From the end: everything below a node comes before the node itself.
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    const task = tasks[taskAt[at] as number];
    const own = drafts.get(at);
    if (own && task) {
      addTotals(own.totals, task.totals);
      addTimes(own, task);
    }
    const parent = parentAt[at] as number;
    if (parent < 0) continue;
    let above = drafts.get(parent);
    if (!above) drafts.set(parent, (above = empty()));
    if (task) {
      above.tasks += 1;
      above.counts[task.status] = (above.counts[task.status] ?? 0) + 1;
      if (isFinal(task.status)) above.ended += 1;
    }
    if (own) add(above, own);
    else if (task) {
      addTotals(above.totals, task.totals);
      addTimes(above, task);
    }
  }
  sums.set(index, drafts);
  return drafts;
}

function add(above: Draft, own: Draft): void {
  above.tasks += own.tasks;
  above.ended += own.ended;
  for (const status in own.counts) {
    const name = status as WorkStatus;
    above.counts[name] = (above.counts[name] ?? 0) + (own.counts[name] ?? 0);
  }
  addTotals(above.totals, own.totals);
  above.from = Math.min(above.from, own.from);
  above.to = Math.max(above.to, own.to);
  above.open ||= own.open;
}

const finish = ({ from, to, open, ...rest }: Draft): TaskSummary => ({
  ...rest,
  ...(from === Infinity ? {} : { startedAt: from }),
  ...(open || to === -Infinity ? {} : { endedAt: to }),
});

const finished = new WeakMap<TaskIndex, Map<string, TaskSummary>>();

/**
 * A node of a run's task tree with all that is below it: how far it is, what it cost, how long it took. The same object
 * while no task of the run changes.
 *
 * @param key of a `TaskNode`, or `taskNodeKey(taskId)`
 * @returns `undefined` for a node that is not there
 */
export function selectTaskSummary(state: FleetState, runId: string, key: string): TaskSummary | undefined {
  const index = taskIndexOf(state, runId);
  const at = index.places.get(key);
  if (at === undefined) return undefined;
  let known = finished.get(index);
  if (!known) finished.set(index, (known = new Map<string, TaskSummary>()));
  let summary = known.get(key);
  if (!summary) known.set(key, (summary = finish(sumsOf(index).get(at) ?? leaf(index, at))));
  return summary;
}

function leaf({ tasks, taskAt }: TaskIndex, at: number): Draft {
  const sum = empty();
  const task = tasks[taskAt[at] as number];
  if (!task) return sum;
  addTimes(sum, task);
  return { ...sum, totals: task.totals };
}

/** What an agent did within a task and all that is below it. */
export interface TaskAgent {
  /** Absent for tasks that nobody has. */
  readonly agentId?: string;
  readonly agent?: AgentState;
  readonly tasks: number;
  readonly completed: number;
  readonly failed: number;
  /** All its tasks here have ended. */
  readonly isFinished: boolean;
  /** A task's cost belongs to the agent that performs it, so that these add up to the whole. */
  readonly totals: Totals;
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** Ids of a node's task and of all tasks below it, in reading order. */
export function selectTaskIdsBelow(state: FleetState, runId: string, key: string): readonly string[] {
  const index = taskIndexOf(state, runId);
  return [...tasksOf(index, key)].map(({ id }) => id);
}

function* tasksOf({ nodes, tasks, taskAt, places }: TaskIndex, key: string): Iterable<TaskState> {
  const at = places.get(key);
  if (at === undefined) return;
  const last = at + (nodes[at] as TaskNode).below;
  for (let place = at; place <= last; place += 1) {
    const task = tasks[taskAt[place] as number];
    if (task) yield task;
  }
}

/**
 * The agents that perform a task and those below it, in the order in which they appear, each with its share of the
 * whole. A new array each time; compare its members, or ask at a cadence.
 *
 * @param key of a `TaskNode`, or `taskNodeKey(taskId)`
 */
export function selectTaskAgents(state: FleetState, runId: string, key: string): readonly TaskAgent[] {
  const byAgent = new Map<string | undefined, Draft>();
  for (const task of tasksOf(taskIndexOf(state, runId), key)) {
    let sum = byAgent.get(task.agentId);
    if (!sum) byAgent.set(task.agentId, (sum = empty()));
    sum.tasks += 1;
    sum.counts[task.status] = (sum.counts[task.status] ?? 0) + 1;
    addTotals(sum.totals, task.totals);
    addTimes(sum, task);
  }
  return [...byAgent].map(([agentId, draft]) => {
    const { tasks, counts, totals, startedAt, endedAt } = finish(draft);
    const agent = agentId === undefined ? undefined : state.agents.get(agentKey(runId, agentId));
    return {
      ...(agentId === undefined ? {} : { agentId }),
      ...(agent ? { agent } : {}),
      tasks,
      completed: counts.completed ?? 0,
      failed: counts.failed ?? 0,
      isFinished: !draft.open,
      totals,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(endedAt === undefined ? {} : { endedAt }),
    };
  });
}
