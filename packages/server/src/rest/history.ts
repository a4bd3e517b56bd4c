import type { FleetState, RunMatch, RunState } from '@fleetglass/core';
import { ANALYST } from '@fleetglass/core/planner';
import * as z from 'zod';
import { narrow } from '../gateway/access.js';
import { nextTurn } from '../lib/next-turn.js';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import { eventPage, eventPageOf } from './events.js';
import { page, pageOf } from './page.js';
import { pageQuery } from './place.js';
import { findRuns, runFilters, runSchema, viewRun } from './runs.js';
import { count, flag, listOf } from './values.js';

const found = z
  .object({
    run: runSchema,
    types: z.array(z.string()).describe('Types of its tasks'),
    analyst: z.boolean().describe('Whether an ANALYST worked on it'),
    matches: z
      .array(z.object({ field: z.string(), text: z.string(), start: count, end: count }))
      .describe('Where the words were found'),
  })
  .meta(component('FoundRun'));

interface Work {
  readonly types: readonly string[];
  readonly analyst: boolean;
}

/** Every event of a run gives it a new identity. */
const works = new WeakMap<RunState, Work>();

function workOf(run: RunState, state: FleetState): Work {
  const known = works.get(run);
  if (known) return known;
  const types = new Set<string>();
  let analyst = false;
  for (const key of run.tasks.values()) {
    const task = state.tasks.get(key);
    if (task?.type !== undefined) types.add(task.type);
    analyst ||= task?.role === ANALYST && task.status !== 'skipped';
  }
  const work = { types: [...types], analyst };
  works.set(run, work);
  return work;
}

const viewFound = (run: RunState, matches: readonly RunMatch[], state: FleetState) => ({
  run: viewRun(run),
  ...workOf(run, state),
  matches,
});

const workFilters = {
  type: listOf(z.string().max(100)).describe('Types of tasks, any of them').optional(),
  analyst: flag.describe('Only runs that an ANALYST worked on, or only others').optional(),
};

type WorkQuery = z.output<z.ZodObject<typeof workFilters>>;

const isWanted = ({ type: types, analyst }: WorkQuery, work: Work): boolean =>
  (analyst === undefined || work.analyst === analyst) &&
  (types === undefined || types.some((type) => work.types.includes(type)));

/** Most runs that a page of the whole log looks at: each is folded from its own events. */
const MOST_FOLDED = 50;

export const historyEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/history',
    id: 'searchHistory',
    tag: 'Runs',
    role: 'viewer',
    summary:
      'Searches runs by words, time, task type, status, and whether an ANALYST took part; the newest first',
    query: {
      ...runFilters,
      ...workFilters,
      ...pageQuery,
    },
    answer: pageOf(found),
    handle: (call) => {
      const { type: types, analyst } = call.query;
      return page(call, {
        rows: (state) => {
          const { runs, matches } = findRuns(state, call.query);
          const rows = runs.map((run) => ({ run, matches: matches.get(run.id) ?? [] }));
          if (types === undefined && analyst === undefined) return rows;
          return rows.filter(({ run }) => isWanted(call.query, workOf(run, state)));
        },
        keyOf: ({ run }) => run.id,
        viewOf: ({ run, matches }, state) => viewFound(run, matches, state),
      });
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/run-history',
    id: 'readRunHistory',
    tag: 'Runs',
    role: 'viewer',
    summary: 'All runs that the log holds, the newest first, also those that lists and search hold no longer',
    description:
      'Read from the log, page by page: a page may hold few items, or none, while there is a `nextCursor`. What is told of a run is as of the answer.',
    query: {
      ...runFilters,
      ...workFilters,
      ...pageQuery,
    },
    answer: eventPageOf(found),
    handle: async (call) => {
      const { to = Infinity, threadId } = call.query;
      const limit = Math.min(call.query.limit, MOST_FOLDED);
      const { items: begun, ...rest } = await eventPage(
        { ...call, query: { ...call.query, limit } },
        {
          filter: { types: ['run.created'] },
          direction: 'descending',
          // What is certain before a run is folded.
          accept: ({ time, threadId: thread }) =>
            time <= to && (threadId === undefined || thread === undefined || thread === threadId),
        },
        ({ runId }) => runId,
      );
      const items: ReturnType<typeof viewFound>[] = [];
      for (const runId of new Set(begun)) {
        if (runId === undefined) continue;
        await nextTurn();
        const { log } = call.reader;
        const { state } = await log.stateAt(log.head(), narrow({ runId }, call.scope));
        const { runs, matches } = findRuns(state, call.query);
        const wanted = runs.filter((run) => run.id === runId && isWanted(call.query, workOf(run, state)));
        items.push(...wanted.map((run) => viewFound(run, matches.get(run.id) ?? [], state)));
      }
      return { items, ...rest };
    },
  }),
];
