import { agentKey, FleetglassError, selectAgentKeys, selectAgentMetrics } from '@fleetglass/core';
import type { AgentState, FleetState } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import { page, pageOf } from './page.js';
import { pageQuery } from './place.js';
import { agentStatus, count, id, listOf, time, totals, words } from './values.js';

const agent = z
  .object({
    id: z.string().describe('Unique within its run'),
    runId: z.string().optional(),
    threadId: z.string().optional(),
    name: z.string(),
    role: z.string().optional(),
    model: z.string().optional(),
    parentAgentId: z.string().optional(),
    concurrency: count.optional(),
    status: agentStatus,
    activity: z.string().optional(),
    statusSince: time,
    joinedAt: time,
    lastEventAt: time,
    totals,
    context: z.object({ usedTokens: z.number(), limitTokens: z.number() }).optional(),
    completedTasks: count,
    failedTasks: count,
    runningTasks: z.number().int(),
    successRate: z.number().describe('Completed of what completed or failed').optional(),
    load: z.number().describe('Running tasks for each that it may run at once'),
    tier: z.enum(['elite', 'standard', 'probation', 'unrated']),
  })
  .meta(component('Agent'));

const agentDetails = agent
  .and(
    z.object({
      transitions: z
        .array(z.object({ time, status: agentStatus, activity: z.string().optional() }))
        .describe('Its status over time, the oldest first'),
    }),
  )
  .meta(component('AgentDetails'));

function viewAgent(row: AgentState, state: FleetState): z.input<typeof agent> {
  const { runId, completedTasks, failedTasks, runningTasks } = row;
  const metrics = selectAgentMetrics(state, runId ?? '', row.id);
  return {
    id: row.id,
    runId,
    threadId: row.threadId,
    name: row.name,
    role: row.role,
    model: row.model,
    parentAgentId: row.parentAgentId,
    concurrency: row.concurrency,
    status: row.status,
    activity: row.activity,
    statusSince: row.statusSince,
    joinedAt: row.joinedAt,
    lastEventAt: row.lastEventAt,
    totals: row.totals,
    context: row.context,
    completedTasks,
    failedTasks,
    runningTasks,
    successRate: metrics?.successRate,
    load: metrics?.load ?? 0,
    tier: metrics?.tier ?? 'unrated',
  };
}

const COLUMNS = [
  'name',
  'status',
  'tasks',
  'success',
  'load',
  'context',
  'tokens',
  'cost',
  'joined',
] as const;

const agentFilters = {
  runId: id.optional(),
  threadId: id.optional(),
  status: listOf(agentStatus).optional(),
  role: z.string().max(256).optional(),
  text: words.describe('Occurs in its name, id, role, model or activity, in any case').optional(),
};

function findAgents(
  state: FleetState,
  asked: z.output<z.ZodObject<typeof agentFilters>>,
  sort:
    { readonly column: (typeof COLUMNS)[number]; readonly direction: 'ascending' | 'descending' } | undefined,
): readonly AgentState[] {
  const { runId, threadId, status, role, text } = asked;
  const low = text?.toLowerCase();
  const hasText = (row: AgentState): boolean =>
    low === undefined ||
    [row.name, row.id, row.role, row.model, row.activity].join('\n').toLowerCase().includes(low);
  return selectAgentKeys(state, undefined, sort)
    .flatMap((key) => state.agents.get(key) ?? [])
    .filter(
      (row) =>
        (runId === undefined || row.runId === runId) &&
        (threadId === undefined || row.threadId === threadId) &&
        (status === undefined || status.includes(row.status)) &&
        (role === undefined || row.role === role) &&
        hasText(row),
    );
}

export const agentEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/agents',
    id: 'listAgents',
    tag: 'Agents',
    role: 'viewer',
    summary: 'Agents of all runs, or of one; those that joined last first',
    query: {
      ...agentFilters,
      sort: z.enum(COLUMNS).optional(),
      order: z.enum(['ascending', 'descending']).default('descending'),
      ...pageQuery,
    },
    answer: pageOf(agent),
    handle: (call) => {
      const { sort: column, order: direction, runId } = call.query;
      return page(call, {
        ...(runId === undefined ? {} : { run: runId }),
        rows: (state) => findAgents(state, call.query, column && { column, direction }),
        keyOf: (row) => row.key,
        viewOf: viewAgent,
      });
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/agents/{agentId}',
    id: 'getAgent',
    tag: 'Agents',
    role: 'viewer',
    summary: 'One agent of a run',
    params: { runId: id, agentId: id },
    answer: agentDetails,
    handle: async (call) => {
      const { runId, agentId } = call.params;
      const { state } = await call.reader.run(runId, call.scope);
      const row = state.agents.get(agentKey(runId, agentId));
      if (!row) {
        throw new FleetglassError(
          'NOT_FOUND',
          `Run '${runId.slice(0, 100)}' has no such agent here: list its agents to see their ids.`,
        );
      }
      return { ...viewAgent(row, state), transitions: row.transitions };
    },
  }),
];
