import type { RunComparison, RunSetFigures } from '@fleetglass/core/planner';
import { compareAnalyst, compareRuns, finishedRuns } from '@fleetglass/core/planner';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import { complexity, count, listOf, id, moment, whole } from './values.js';

const figures = z
  .object({
    runs: count,
    completed: count,
    successRate: z.number().optional(),
    unpricedRuns: count.describe('Runs with calls of unknown price; no cost here counts them'),
    meanNanoUsd: z.number().optional(),
    nanoUsdPerSuccess: z.number().optional(),
    meanTokens: z.number().optional(),
    medianDurationMs: z.number().optional(),
  })
  .meta(component('RunSetFigures'));

const comparison = z
  .object({
    first: figures,
    second: figures,
    difference: z.object({
      runs: z.number().optional(),
      completed: z.number().optional(),
      successRate: z.number().optional(),
      unpricedRuns: z.number().optional(),
      meanNanoUsd: z.number().optional(),
      nanoUsdPerSuccess: z.number().optional(),
      meanTokens: z.number().optional(),
      medianDurationMs: z.number().optional(),
    }),
  })
  .meta(component('RunComparison', 'A figure that nothing supports is absent'));

const analystReturn = z
  .object({
    runs: comparison.describe('All runs, first without an ANALYST, then with one'),
    groups: z.array(
      z.object({
        type: z.string().optional(),
        complexity: complexity.optional(),
        runs: comparison,
        analystNanoUsdPerSuccess: z.number().optional(),
        returnOnCost: z.number().optional(),
        enoughRuns: z.boolean(),
      }),
    ),
    returnOnCost: z
      .number()
      .describe('What each nano-dollar of an ANALYST brings beyond itself; 0 is break-even')
      .optional(),
    recommendation: z.enum(['include', 'skip', 'undecided']),
    because: z.enum(['return', 'mixed', 'tooFewRuns']),
  })
  .meta(component('AnalystReturn'));

const viewFigures = (set: RunSetFigures) => ({ ...set });
const viewComparison = ({ first, second, difference }: RunComparison) => ({
  first: viewFigures(first),
  second: viewFigures(second),
  difference: { ...difference },
});

export const analystEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/metrics/analyst-roi',
    id: 'getAnalystReturn',
    tag: 'Metrics',
    role: 'viewer',
    summary: 'Whether an ANALYST pays for itself',
    description:
      'Among the finished runs that are held. It tells what happened: tasks were not given an ANALYST by lot.',
    query: {
      minRuns: whole(1, 1_000).describe('Runs with and without one that a group needs to count').default(5),
      from: moment.optional(),
      to: moment.optional(),
    },
    answer: analystReturn,
    handle: async (call) => {
      const { minRuns, from = -Infinity, to = Infinity } = call.query;
      const { state } = await call.reader.head(call.scope);
      const runs = finishedRuns(state).filter(({ runId }) => {
        const run = state.runs.get(runId);
        const startedAt = run?.startedAt ?? run?.createdAt ?? 0;
        return startedAt >= from && startedAt <= to;
      });
      const found = compareAnalyst(runs, { minRuns });
      return {
        ...found,
        runs: viewComparison(found.runs),
        groups: found.groups.map((group) => ({ ...group, runs: viewComparison(group.runs) })),
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/metrics/comparison',
    id: 'compareRuns',
    tag: 'Metrics',
    role: 'viewer',
    summary: 'Two runs, or two sets of finished runs, side by side',
    query: { first: listOf(id, 100), second: listOf(id, 100) },
    answer: comparison,
    handle: async (call) => {
      const { first, second } = call.query;
      const { state } = await call.reader.head(call.scope);
      const finished = finishedRuns(state);
      const chosen = (ids: readonly string[]) => finished.filter(({ runId }) => ids.includes(runId));
      return viewComparison(compareRuns(chosen(first), chosen(second)));
    },
  }),
];
