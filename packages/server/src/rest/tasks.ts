import { FleetglassError, fitsTaskFilter, selectTaskTree, taskKey } from '@fleetglass/core';
import type { FleetState, TaskState } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import { createLastFound } from './last-found.js';
import { page, pageOf } from './page.js';
import { pageQuery } from './place.js';
import { readRun } from './runs.js';
import {
  actor,
  complexity,
  count,
  failure,
  flag,
  id,
  listOf,
  moment,
  payload,
  priority,
  time,
  totals,
  words,
  workStatus,
} from './values.js';

const task = z
  .object({
    id: z.string().describe('Unique within its run'),
    runId: z.string().optional(),
    threadId: z.string().optional(),
    agentId: z.string().optional(),
    parentTaskId: z.string().optional(),
    name: z.string(),
    node: z.string().optional(),
    type: z.string().optional(),
    complexity: complexity.optional(),
    priority,
    role: z.string().optional(),
    branch: z.object({ index: z.number(), of: z.number() }).optional(),
    status: workStatus,
    reason: z.string().optional(),
    message: z.string().optional(),
    by: actor.optional(),
    error: failure.optional(),
    statusSince: time,
    createdAt: time,
    startedAt: time.optional(),
    endedAt: time.optional(),
    attempt: count,
    progress: z
      .object({ done: z.number(), total: z.number().optional(), message: z.string().optional() })
      .optional(),
    column: z.string().describe('Column of a board that it was moved to').optional(),
    totals,
  })
  .meta(component('Task'));

const taskDetails = task.and(z.object({ output: payload.optional() })).meta(component('TaskDetails'));

const taskTree = z
  .object({
    runId: z.string(),
    nodes: z
      .array(
        z.object({
          key: z.string(),
          parentKey: z.string().optional(),
          depth: count,
          children: count.describe('Nodes directly below it'),
          below: count.describe('Nodes below it at any depth; they follow it'),
          branches: count.describe('Set for a fan-out: how many branches it has').optional(),
          task: task.describe('Absent for a fan-out').optional(),
        }),
      )
      .describe('In reading order: each after its parent'),
  })
  .meta(component('TaskTree'));

/** A task as it is answered. */
export function viewTask(row: TaskState): z.input<typeof task> {
  const { key: _, endedSeq: _seq, output: _output, priority: given = 'normal', ...fields } = row;
  return { ...fields, priority: given };
}

const taskFilters = {
  runId: id.optional(),
  threadId: id.optional(),
  agentId: id.optional(),
  status: listOf(workStatus).optional(),
  priority: listOf(priority).optional(),
  complexity: listOf(complexity).optional(),
  type: z.string().max(256).optional(),
  role: z.string().max(256).optional(),
  text: words.describe('Words that occur in its name, id, agent, type, node or error').optional(),
  from: moment.describe('Created at this moment or later').optional(),
  to: moment.describe('Created at this moment or before').optional(),
};

type TaskQuery = z.output<z.ZodObject<typeof taskFilters>>;

/** One check for each parameter that is given: thousands of tasks go through them. */
function checksOf(asked: TaskQuery): readonly ((row: TaskState) => boolean)[] {
  const { runId, threadId, agentId, status, priority: urgent, complexity: hard, type, role, text } = asked;
  const { from, to } = asked;
  const checks: ((row: TaskState) => boolean)[] = [];
  if (runId !== undefined) checks.push((row) => row.runId === runId);
  if (threadId !== undefined) checks.push((row) => row.threadId === threadId);
  if (agentId !== undefined) checks.push((row) => row.agentId === agentId);
  if (status !== undefined) checks.push((row) => status.includes(row.status));
  if (urgent !== undefined) checks.push((row) => urgent.includes(row.priority ?? 'normal'));
  if (hard !== undefined) checks.push((row) => row.complexity !== undefined && hard.includes(row.complexity));
  if (type !== undefined) checks.push((row) => row.type === type);
  if (role !== undefined) checks.push((row) => row.role === role);
  if (from !== undefined) checks.push((row) => row.createdAt >= from);
  if (to !== undefined) checks.push((row) => row.createdAt <= to);
  if (text !== undefined) checks.push((row) => fitsTaskFilter(row, { text }));
  return checks;
}

/** Most events of a log are about no task. */
const lastFound = createLastFound<FleetState['tasks'], readonly TaskState[]>(16);

function findTasks(
  { tasks }: FleetState,
  asked: TaskQuery & { readonly order: 'ascending' | 'descending' },
): readonly TaskState[] {
  const { order } = asked;
  const checks = checksOf(asked);
  const filters = Object.keys(taskFilters).map((name) => asked[name as keyof TaskQuery]);
  return lastFound.get(JSON.stringify([order, filters]), tasks, () => {
    const found: TaskState[] = [];
    for (const row of tasks.values()) if (checks.every((fits) => fits(row))) found.push(row);
    return order === 'ascending' ? found : found.reverse();
  });
}

export const taskEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/tasks',
    id: 'listTasks',
    tag: 'Tasks',
    role: 'viewer',
    summary: 'Tasks of all runs, or of one, those that were created last first',
    query: {
      ...taskFilters,
      order: z.enum(['ascending', 'descending']).default('descending'),
      ...pageQuery,
    },
    answer: pageOf(task),
    handle: (call) => {
      const { runId } = call.query;
      return page(call, {
        ...(runId === undefined ? {} : { run: runId }),
        rows: (state) => findTasks(state, call.query),
        keyOf: (row) => row.key,
        viewOf: viewTask,
      });
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/tasks/{taskId}',
    id: 'getTask',
    tag: 'Tasks',
    role: 'viewer',
    summary: 'One task of a run',
    params: { runId: id, taskId: id },
    answer: taskDetails,
    handle: async (call) => {
      const { runId, taskId } = call.params;
      const { state } = await call.reader.run(runId, call.scope);
      const row = state.tasks.get(taskKey(runId, taskId));
      if (!row) {
        throw new FleetglassError(
          'NOT_FOUND',
          `Run '${runId.slice(0, 100)}' has no such task here: list its tasks to see their ids.`,
        );
      }
      return { ...viewTask(row), output: row.output };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/task-tree',
    id: 'getTaskTree',
    tag: 'Tasks',
    role: 'viewer',
    summary: 'The tasks of a run as a tree',
    params: { runId: id },
    query: { tasks: flag.describe('Whether each node holds its task').default(true) },
    answer: taskTree,
    handle: async (call) => {
      const { runId } = call.params;
      const { state } = await readRun(call, runId);
      return {
        runId,
        nodes: selectTaskTree(state, runId).map((node) => {
          const { key, parentKey, depth, children, below, branches, id: taskId } = node;
          const row =
            call.query.tasks && branches === undefined ? state.tasks.get(taskKey(runId, taskId)) : undefined;
          return {
            key,
            parentKey,
            depth,
            children,
            below,
            branches,
            ...(row ? { task: viewTask(row) } : {}),
          };
        }),
      };
    },
  }),
];
