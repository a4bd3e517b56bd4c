import type { FleetState, RunState } from '@fleetglass/core';
import { ANALYST } from '@fleetglass/core/planner';
import { z } from '@hono/zod-openapi';
import { endpoint } from './endpoint.js';
import { page, pageOf } from './page.js';
import { pageQuery } from './place.js';
import { findRuns, runFilters, runSchema, viewRun } from './runs.js';
import { count, flag, listOf } from './values.js';

const found = z
  .object({
    run: runSchema,
    types: z.array(z.string()).openapi({ description: 'Types of its tasks' }),
    analyst: z.boolean().openapi({ description: 'Whether an ANALYST worked on it' }),
    matches: z
      .array(z.object({ field: z.string(), text: z.string(), start: count, end: count }))
      .openapi({ description: 'Where the words were found' }),
  })
  .openapi('FoundRun');

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
      type: listOf(z.string().max(100)).optional().openapi({ description: 'Types of tasks, any of them' }),
      analyst: flag
        .optional()
        .openapi({ description: 'Only runs that an ANALYST worked on, or only others' }),
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
          return rows.filter(({ run }) => {
            const work = workOf(run, state);
            return (
              (analyst === undefined || work.analyst === analyst) &&
              (types === undefined || types.some((type) => work.types.includes(type)))
            );
          });
        },
        keyOf: ({ run }) => run.id,
        viewOf: ({ run, matches }, state) => ({ run: viewRun(run), ...workOf(run, state), matches }),
      });
    },
  }),
];
