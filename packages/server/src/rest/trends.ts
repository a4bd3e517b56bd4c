import { FleetglassError, selectAnalytics } from '@fleetglass/core';
import type { RollupRow } from '@fleetglass/core';
import * as z from 'zod';
import { amount, viewAmount } from './amounts.js';
import { component } from './component.js';
import { rollupsOf } from './cost-breakdown.js';
import { endpoint } from './endpoint.js';
import { moment, time, whole } from './values.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Longest range of each period. */
const MOST_MS = { hour: 92 * DAY, day: 1_100 * DAY } as const;
/** What is shown when nothing is asked for. */
const USUAL_MS = { hour: 2 * DAY, day: 30 * DAY } as const;

const dimension = z.enum(['agent', 'model', 'role', 'run', 'taskType', 'thread']);

const durations = z.object({ count: z.number(), totalMs: z.number() });
const tally = z.object({
  started: z.number(),
  completed: z.number(),
  failed: z.number(),
  cancelled: z.number(),
  stopped: z.number(),
});

const point = amount
  .and(
    z.object({
      start: time,
      toolCalls: z.number().optional(),
      toolErrors: z.number().optional(),
      modelErrors: z.number().optional(),
      agentsJoined: z.number().optional(),
      runsStarted: z.number(),
      runs: tally.optional(),
      tasks: tally.extend({ skipped: z.number(), retries: z.number() }).optional(),
      durations: z.object({ run: durations, task: durations, model: durations, tool: durations }).optional(),
    }),
  )
  .meta(component('TrendPoint'));

const trends = z
  .object({
    source: z.enum(['rollups', 'state']),
    period: z.enum(['hour', 'day']),
    from: time,
    to: time,
    series: z.array(
      z.object({
        key: z.string().describe('What it is about, when it is broken down').optional(),
        points: z.array(point).describe('The oldest first; where nothing happened there is none'),
      }),
    ),
  })
  .meta(component('Trends'));

function viewPoint(row: RollupRow): z.input<typeof point> {
  const { start, toolCalls, toolErrors, modelErrors, runs, tasks } = row;
  return {
    ...viewAmount(row),
    start,
    toolCalls,
    toolErrors,
    modelErrors,
    runsStarted: runs.started,
    runs,
    tasks,
    durations: row.durations,
  };
}

function seriesOf(rows: readonly RollupRow[]): z.input<typeof trends>['series'] {
  const byKey = new Map<string | undefined, z.input<typeof point>[]>();
  for (const row of rows) {
    const points = byKey.get(row.key);
    if (points) points.push(viewPoint(row));
    else byKey.set(row.key, [viewPoint(row)]);
  }
  return [...byKey].map(([key, points]) => ({ key, points }));
}

const utc = (): number => 0;

export const trendEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/metrics/trends',
    id: 'getTrends',
    tag: 'Metrics',
    role: 'viewer',
    from: 'content',
    summary: 'What was spent and done by the hour or the day of UTC',
    description:
      'Without a time the last 30 days, or the last 48 hours. Hours and breakdowns need sums that the host keeps.',
    query: {
      period: z.enum(['hour', 'day']).default('day'),
      from: moment.optional(),
      to: moment.optional(),
      by: dimension.optional(),
      key: z.string().max(256).describe('Only this one of the breakdown').optional(),
      limit: whole(1, 50).describe('Most series of a breakdown, the most costly ones').default(10),
    },
    answer: trends,
    handle: async (call) => {
      const { period, by, key, limit } = call.query;
      const { to = call.now } = call.query;
      const from = Math.max(call.query.from ?? to - USUAL_MS[period], 0);
      if (to - from > MOST_MS[period]) {
        throw new FleetglassError(
          'BAD_INPUT',
          `By the ${period} at most ${MOST_MS[period] / DAY} days can be asked for: choose a later 'from' or an earlier 'to'.`,
          { details: { path: 'query.from' } },
        );
      }
      if (key !== undefined && by === undefined) {
        throw new FleetglassError('BAD_INPUT', "Give 'by' beside the query parameter 'key'.", {
          details: { path: 'query.key' },
        });
      }
      const about = { period, from, to };
      const rollups = rollupsOf(call);
      if (rollups) {
        const split = by === undefined ? {} : { by, limit, ...(key === undefined ? {} : { key }) };
        return {
          source: 'rollups' as const,
          ...about,
          series: seriesOf(await rollups.read({ ...about, ...split })),
        };
      }
      if (period === 'hour' || by !== undefined) {
        throw new FleetglassError(
          'NOT_FOUND',
          'No sums by the hour or by parts are kept that you may see; ask for `period=day` without `by`.',
        );
      }
      const { state } = await call.reader.head(call.scope);
      const days = { from: Math.floor(from / DAY), to: Math.floor(Math.max(from, to - 1) / DAY) };
      const points = selectAnalytics(state, { ...days, offsetAt: utc }).days.flatMap((day) =>
        day.modelCalls === 0 && day.runsStarted === 0 && day.agents === 0
          ? []
          : [
              {
                ...viewAmount(day),
                start: day.day * DAY,
                runsStarted: day.runsStarted,
                agentsJoined: day.agents,
              },
            ],
      );
      return { source: 'state' as const, ...about, series: points.length === 0 ? [] : [{ points }] };
    },
  }),
];
