import { FleetglassError, selectRunSearch } from '@fleetglass/core';
import type { FleetState, RunQuery, RunState } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import type { Call } from './endpoint.js';
import { page, pageOf } from './page.js';
import { pageQuery } from './place.js';
import {
  actor,
  count,
  failure,
  id,
  jsonObject,
  listOf,
  moment,
  payload,
  priority,
  time,
  totals,
  words,
  workStatus,
} from './values.js';

const runFields = {
  id: z.string(),
  threadId: z.string().optional(),
  name: z.string(),
  status: workStatus,
  reason: z.string().describe('Why it waits, is paused or was stopped').optional(),
  message: z.string().optional(),
  by: actor.optional(),
  error: failure.optional(),
  statusSince: time,
  createdAt: time,
  startedAt: time.optional(),
  endedAt: time.optional(),
  lastEventAt: time,
  priority,
  source: z.string().describe('Format that a recording was converted from').optional(),
  forkOf: z.object({ runId: z.string(), checkpointId: z.string() }).optional(),
  labels: z.record(z.string(), z.string()),
  agents: count,
  tasks: count,
  taskCounts: z.record(z.string(), count).describe('Tasks by status'),
  totals,
  reservedNanoUsd: z.number(),
};

const run = z.object(runFields).meta(component('Run'));

const runDetails = z
  .object({
    ...runFields,
    facts: jsonObject.optional(),
    input: payload.optional(),
    output: payload.optional(),
    graph: z
      .object({
        nodes: z.array(z.object({ name: z.string(), agent: z.string().optional() })),
        edges: z.array(
          z.object({
            from: z.string(),
            to: z.string(),
            conditional: z.boolean().optional(),
            join: z.boolean().optional(),
          }),
        ),
        inputSchema: jsonObject.optional(),
      })
      .optional(),
    edges: z.record(z.string(), count).describe('How often each edge was taken'),
    spans: count,
    messages: count,
    forgotten: z
      .object({ spans: count, messages: count })
      .describe('What is no longer held one by one; totals still hold it'),
    dropped: z.record(z.string(), count),
  })
  .meta(component('RunDetails'));

/** A run without what only its own page shows. */
export function viewRun(state: RunState): z.input<typeof run> {
  const { agents, tasks, labels, taskCounts, priority: given = 'normal' } = state;
  return {
    id: state.id,
    threadId: state.threadId,
    name: state.name,
    status: state.status,
    reason: state.reason,
    message: state.message,
    by: state.by,
    error: state.error,
    statusSince: state.statusSince,
    createdAt: state.createdAt,
    startedAt: state.startedAt,
    endedAt: state.endedAt,
    lastEventAt: state.lastEventAt,
    priority: given,
    source: state.source,
    forkOf: state.forkOf,
    labels,
    agents: agents.length,
    tasks: tasks.length,
    taskCounts,
    totals: state.totals,
    reservedNanoUsd: state.reservedNanoUsd,
  };
}

/** A run as it is answered in lists. */
export const runSchema = run;

/**
 * The run that a request is about.
 *
 * @throws FleetglassError `RUN_NOT_FOUND` for one that is not there or may not be seen, which is told alike
 */
export async function readRun(
  call: Call,
  runId: string,
): Promise<{ readonly run: RunState; readonly state: FleetState }> {
  const { state } = await call.reader.run(runId, call.scope);
  const found = state.runs.get(runId);
  if (!found) throw noRun(runId);
  return { run: found, state };
}

export const noRun = (runId: string): FleetglassError =>
  new FleetglassError(
    'RUN_NOT_FOUND',
    `There is no run '${runId.slice(0, 100)}' here: list the runs to see their ids.`,
  );

const COLUMNS = [
  'name',
  'status',
  'priority',
  'agents',
  'tasks',
  'tokens',
  'cost',
  'started',
  'lastEvent',
] as const;

/** Which runs are wanted, as a query says it. */
export const runFilters = {
  status: listOf(workStatus).optional(),
  priority: listOf(priority).optional(),
  label: listOf(z.string().regex(/=/, 'Invalid label: expected name=value')).optional(),
  source: listOf(z.string().max(100)).optional(),
  threadId: id.optional(),
  agent: id.describe('Id of an agent that takes part').optional(),
  from: moment.describe('Began at this moment or later').optional(),
  to: moment.describe('Began at this moment or before').optional(),
  text: words
    .describe('Words of which each occurs in its name, id, labels, errors, agents or tasks, in any case')
    .optional(),
};

/** The checked form of {@link runFilters}. */
export type RunFilterQuery = z.output<z.ZodObject<typeof runFilters>>;

/** Selectors remember what they found for a query object: equal questions share one. */
const queries = new Map<string, RunQuery>();
const MOST_QUERIES = 64;

function sharedQuery(query: RunQuery): RunQuery {
  const key = JSON.stringify(query);
  const known = queries.get(key) ?? query;
  queries.delete(key);
  queries.set(key, known);
  if (queries.size > MOST_QUERIES) queries.delete(queries.keys().next().value as string);
  return known;
}

/** Runs of a state that pass filters, in an order. */
export function findRuns(
  state: FleetState,
  asked: RunFilterQuery,
  sort: NonNullable<RunQuery['sort']> = { column: 'started', direction: 'descending' },
) {
  const { status, priority: urgent, label: labels, source, from, to, text, threadId, agent } = asked;
  const filters = { status, priority: urgent, labels, source, from, to };
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  const search = selectRunSearch(
    state,
    sharedQuery({ filters: given, sort, ...(text === undefined ? {} : { text }) }),
  );
  const runs = search.ids.flatMap((runId) => state.runs.get(runId) ?? []);
  const wanted = runs.filter(
    (each) =>
      (threadId === undefined || each.threadId === threadId) &&
      (agent === undefined || state.agents.has(`${each.id}/${agent}`)),
  );
  return { runs: wanted, matches: search.matches };
}

export const runEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/runs',
    id: 'listRuns',
    tag: 'Runs',
    role: 'viewer',
    summary: 'Runs, the newest first',
    query: {
      ...runFilters,
      sort: z.enum(COLUMNS).default('started'),
      order: z.enum(['ascending', 'descending']).default('descending'),
      ...pageQuery,
    },
    answer: pageOf(run),
    handle: (call) => {
      const { sort: column, order: direction } = call.query;
      return page(call, {
        rows: (state) => findRuns(state, call.query, { column, direction }).runs,
        keyOf: (each) => each.id,
        viewOf: viewRun,
      });
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}',
    id: 'getRun',
    tag: 'Runs',
    role: 'viewer',
    summary: 'One run',
    params: { runId: id },
    answer: runDetails,
    handle: async (call) => {
      const { run: found } = await readRun(call, call.params.runId);
      return {
        ...viewRun(found),
        facts: found.facts,
        input: found.input,
        output: found.output,
        graph: found.graph,
        edges: found.edges,
        spans: found.spans.length,
        messages: found.messages.length,
        forgotten: found.forgotten,
        dropped: found.dropped,
      };
    },
  }),
];
