import { selectRun } from '@fleetglass/core';
import type { FleetState, TaskState } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { spentLately } from './costs.js';
import { endpoint } from './endpoint.js';
import type { Call } from './endpoint.js';
import { readStatus, statusSchema } from './system.js';
import { count, listOf, time, whole, workStatus } from './values.js';

const NANO = 1_000_000_000;

/** Columns of a board of task files, by what a task of ours is doing. */
const COLUMNS = ['inbox', 'assigned', 'done'] as const;
type Column = (typeof COLUMNS)[number];

function columnOf({ status, agentId }: TaskState): Column {
  if (['completed', 'failed', 'cancelled', 'skipped', 'stopped'].includes(status)) return 'done';
  return status === 'queued' && agentId === undefined ? 'inbox' : 'assigned';
}

const stats = z
  .object({
    tasks: z.object({ inbox: count, assigned: count, done: count, total: count }),
    costs: z
      .object({ today: z.number(), month: z.number(), total: z.number() })
      .describe('USD; what has no known price is not in it'),
    timestamp: z.string(),
  })
  .meta(component('EarlierStats'));

const earlierTask = z
  .object({
    id: z.string(),
    title: z.string(),
    agent: z.string().optional(),
    status: z.enum(COLUMNS),
    state: workStatus,
    priority: z.string(),
    run: z.string().optional(),
    run_name: z.string().optional(),
    created_at: z.string(),
    started_at: z.string().optional(),
    completed_at: z.string().optional(),
    cost_usd: z.number().describe('Absent where no price is known').optional(),
    timestamp: time,
  })
  .meta(component('EarlierTask'));

const iso = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();

function viewTask(task: TaskState, state: FleetState): z.input<typeof earlierTask> {
  const { cost } = task.totals;
  const run = task.runId === undefined ? undefined : selectRun(state, task.runId);
  return {
    id: task.id,
    title: task.name,
    agent: task.agentId,
    status: columnOf(task),
    state: task.status,
    priority: task.priority ?? 'normal',
    run: task.runId,
    run_name: run?.name,
    created_at: iso(task.createdAt) ?? '',
    started_at: iso(task.startedAt),
    completed_at: iso(task.endedAt),
    cost_usd: cost.unknownCalls > 0 && cost.nanoUsd === 0 ? undefined : cost.nanoUsd / NANO,
    timestamp: task.statusSince,
  };
}

async function readStats(call: Call): Promise<z.input<typeof stats>> {
  const { state } = await call.reader.head(call.scope);
  const counts = { inbox: 0, assigned: 0, done: 0 };
  for (const task of state.tasks.values()) counts[columnOf(task)] += 1;
  const { today, month, all } = await spentLately(call);
  return {
    tasks: { ...counts, total: state.tasks.size },
    costs: { today: today.nanoUsd / NANO, month: month.nanoUsd / NANO, total: all.nanoUsd / NANO },
    timestamp: new Date(call.now).toISOString(),
  };
}

/** Addresses that earlier dashboards ask for, with the data of this fleet. */
export const legacyEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/status',
    id: 'getStatus',
    tag: 'Earlier dashboards',
    role: 'viewer',
    from: 'content',
    summary: 'The same as /api/v1/system/status',
    answer: statusSchema,
    handle: readStatus,
  }),
  endpoint({
    method: 'get',
    path: '/api/stats',
    id: 'getStats',
    tag: 'Earlier dashboards',
    role: 'viewer',
    from: 'content',
    summary: 'Tasks by column and costs, as earlier dashboards show them',
    answer: stats,
    handle: readStats,
  }),
  endpoint({
    method: 'get',
    path: '/api/tasks',
    id: 'getEarlierTasks',
    tag: 'Earlier dashboards',
    role: 'viewer',
    summary: 'Tasks as earlier dashboards show them, the newest first',
    query: { status: listOf(z.enum(COLUMNS)).optional(), limit: whole(1, 1_000).default(500) },
    answer: z.array(earlierTask),
    handle: async (call) => {
      const { status, limit } = call.query;
      const { state } = await call.reader.head(call.scope);
      const found = [...state.tasks.values()]
        .reverse()
        .filter((task) => status === undefined || status.includes(columnOf(task)));
      return found.slice(0, limit).map((task) => viewTask(task, state));
    },
  }),
];
