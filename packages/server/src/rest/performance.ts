import * as z from 'zod';
import { component } from './component.js';
import type { DurationSketch } from './durations.js';
import { percentiles } from './durations.js';
import { endpoint } from './endpoint.js';
import { nextTurn } from '../lib/next-turn.js';
import { addDigest, digestBlocks, digestOf, isDigested, newDigest } from './run-digest.js';
import type { CallDigest, OutcomeDigest } from './run-digest.js';
import { readRun } from './runs.js';
import { count, id, moment } from './values.js';

const duration = z
  .object({
    count,
    meanMs: z.number(),
    p50Ms: z.number(),
    p90Ms: z.number(),
    p95Ms: z.number(),
    p99Ms: z.number(),
    maxMs: z.number(),
  })
  .meta(component('Durations', 'Percentiles are exact to 2.5 %'));

const calls = z
  .object({
    name: z.string(),
    calls: count,
    errors: count,
    successRate: z.number(),
    durations: duration.optional(),
    firstToken: duration.optional(),
  })
  .meta(component('CallPerformance'));

const outcomes = {
  completed: count,
  failed: count,
  other: count.describe('Cancelled, stopped or skipped'),
  successRate: z.number().describe('Completed of what completed or failed').optional(),
};

const performance = z
  .object({
    runs: z.object({ ...outcomes, durations: duration.optional() }),
    tasks: z.object({ ...outcomes, durations: duration.optional(), retries: count }),
    taskTypes: z.array(z.object({ name: z.string(), ...outcomes })),
    models: z.array(calls),
    tools: z.array(calls),
  })
  .meta(component('Performance'));

function viewDurations(sketch: DurationSketch): z.input<typeof duration> | undefined {
  if (sketch.count === 0) return undefined;
  const [p50Ms = 0, p90Ms = 0, p95Ms = 0, p99Ms = 0] = percentiles(sketch, [0.5, 0.9, 0.95, 0.99]);
  const { count: number, totalMs, maxMs } = sketch;
  return { count: number, meanMs: totalMs / number, p50Ms, p90Ms, p95Ms, p99Ms, maxMs };
}

function viewOutcome({ completed, failed, other }: OutcomeDigest) {
  const finished = completed + failed;
  return { completed, failed, other, successRate: finished === 0 ? undefined : completed / finished };
}

const viewCalls = (all: ReadonlyMap<string, CallDigest>): z.input<typeof calls>[] =>
  [...all]
    .map(([name, { calls: number, errors, durations, firstToken }]) => ({
      name,
      calls: number,
      errors,
      successRate: 1 - errors / number,
      durations: viewDurations(durations),
      firstToken: viewDurations(firstToken),
    }))
    .sort((a, b) => b.calls - a.calls);

/** Spans that are looked at, and sums that are added, in one turn of the event loop. */
const SPANS_A_TURN = 5_000;
const SUMS_A_TURN = 64;

export const performanceEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/metrics/performance',
    id: 'getPerformance',
    tag: 'Metrics',
    role: 'viewer',
    summary: 'How long runs, tasks, models and tools take, and how often they succeed',
    description: 'Of the runs that are held and began within the given time.',
    query: { from: moment.optional(), to: moment.optional(), runId: id.optional() },
    answer: performance,
    handle: async (call) => {
      const { from = -Infinity, to = Infinity, runId } = call.query;
      const { state } = await (runId === undefined ? call.reader.head(call.scope) : readRun(call, runId));
      const sum = newDigest();
      const runs = [...state.runs.values()].filter((run) => {
        const startedAt = run.startedAt ?? run.createdAt;
        return (runId === undefined || run.id === runId) && startedAt >= from && startedAt <= to;
      });
      let spans = 0;
      for (const run of runs) {
        if (isDigested(run)) continue;
        digestOf(state, run);
        spans += run.spans.length;
        if (spans < SPANS_A_TURN) continue;
        spans = 0;
        await nextTurn();
      }
      let sums = 0;
      for (const block of digestBlocks(state, runs)) {
        addDigest(sum, block);
        sums += 1;
        if (sums % SUMS_A_TURN === 0) await nextTurn();
      }
      return {
        runs: { ...viewOutcome(sum.runs), durations: viewDurations(sum.runs.durations) },
        tasks: {
          ...viewOutcome(sum.tasks),
          durations: viewDurations(sum.tasks.durations),
          retries: sum.retries,
        },
        taskTypes: [...sum.taskTypes].map(([name, outcome]) => ({ name, ...viewOutcome(outcome) })),
        models: viewCalls(sum.models),
        tools: viewCalls(sum.tools),
      };
    },
  }),
];
