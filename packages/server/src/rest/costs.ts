import {
  cacheEfficiency,
  costPer1kTokens,
  selectBurn,
  selectBurnOf,
  selectCostSince,
  selectPeriod,
  selectSpendOf,
} from '@fleetglass/core';
import type { CostTotals } from '@fleetglass/core';
import * as z from 'zod';
import { amount, viewAmount } from './amounts.js';
import { component } from './component.js';
import { breakDown, rollupsOf } from './cost-breakdown.js';
import { endpoint } from './endpoint.js';
import type { Call } from './endpoint.js';
import { readRun } from './runs.js';
import { costTotals, count, id, listOf, moment, time, whole } from './values.js';

const dimension = z.enum(['agent', 'model', 'role', 'run', 'taskType', 'thread']);

const costs = z
  .object({
    source: z
      .enum(['rollups', 'state'])
      .describe('rollups: sums of the whole log, by the hour. state: of the runs that are held, by the day'),
    from: time.optional(),
    to: time.optional(),
    total: amount.and(
      z.object({
        per1kTokens: z.number().describe('Nano-dollars for 1,000 tokens').optional(),
        cacheShare: z.number().describe('Cached input of all input').optional(),
      }),
    ),
    by: z.record(z.string(), z.array(amount.and(z.object({ key: z.string(), name: z.string().optional() })))),
    partial: z
      .object({ forgottenSpans: count, heldSince: z.number().optional() })
      .describe('Why the figures may be less than what happened')
      .optional(),
  })
  .meta(component('Costs'));

const burn = z
  .object({
    perMinute: z.number().describe('Nano-dollars over the last minute; absent where unknown').optional(),
    perMinute5: z.number().describe('Over the last five minutes').optional(),
    perHour: z.number().optional(),
    isLowerBound: z.boolean(),
    spent: z
      .object({ today: costTotals.optional(), month: costTotals.optional(), all: costTotals })
      .describe('Of all runs also by this day and this month of UTC'),
    line: z
      .object({ start: time, stepMs: z.number(), values: z.array(z.number()) })
      .describe('Nano-dollars in equal steps of the time that was asked for'),
  })
  .meta(component('BurnRate'));

/** Cost since a moment, of all that may be seen. */
async function costSince(call: Call, from: number | undefined): Promise<CostTotals> {
  const rollups = rollupsOf(call);
  if (!rollups) return selectCostSince((await call.reader.head(call.scope)).state, from);
  const [row] = await rollups.read({ period: 'total', ...(from === undefined ? {} : { from }) });
  return row?.cost ?? { nanoUsd: 0, byBasis: {}, unknownCalls: 0 };
}

/** What was spent on this day, in this month and in all. */
export async function spentLately(call: Call) {
  const since = (period: 'day' | 'month'): number | undefined => selectPeriod(period, call.now)?.start;
  return {
    today: await costSince(call, since('day')),
    month: await costSince(call, since('month')),
    all: await costSince(call, undefined),
  };
}

export const costEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/metrics/costs',
    id: 'getCosts',
    tag: 'Metrics',
    role: 'viewer',
    from: 'content',
    summary: 'What was spent, in all and broken down, the most costly first',
    query: {
      from: moment.optional(),
      to: moment.optional(),
      by: listOf(dimension, 6).describe('Without it agent, model, role and run').optional(),
      runId: id.optional(),
      limit: whole(1, 1_000).describe('Rows of each breakdown').default(100),
    },
    answer: costs,
    handle: async (call) => {
      const { from, to, runId, limit, by: wanted = ['agent', 'model', 'role', 'run'] } = call.query;
      if (runId !== undefined) await readRun(call, runId);
      const found = await breakDown(call, { from, to, runId }, wanted, limit);
      const { state } = await call.reader.head(call.scope);
      const nameOf = (dim: string, key: string): string | undefined =>
        dim === 'run' ? state.runs.get(key)?.name : undefined;
      const { cost, usage, modelCalls } = found.total;
      const whole1k = { cost, usage, modelCalls, pricedTokens: usage.inputTokens + usage.outputTokens };
      return {
        source: found.source,
        from,
        to,
        total: {
          ...viewAmount(found.total),
          per1kTokens: cost.unknownCalls > 0 ? undefined : costPer1kTokens(whole1k),
          cacheShare: cacheEfficiency(usage),
        },
        by: Object.fromEntries(
          Object.entries(found.by).map(([dim, rows]) => [
            dim,
            rows.map((row) => ({ ...viewAmount(row), key: row.key, name: nameOf(dim, row.key) })),
          ]),
        ),
        partial: found.partial,
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/metrics/burn-rate',
    id: 'getBurnRate',
    tag: 'Metrics',
    role: 'viewer',
    from: 'content',
    summary: 'How fast money is spent now, by all runs or by one',
    query: {
      runId: id.optional(),
      withinMs: whole(60_000, 86_400_000).describe('Time that the line shows').default(3_600_000),
    },
    answer: burn,
    handle: async (call) => {
      const { runId, withinMs } = call.query;
      const { now } = call;
      if (runId === undefined) {
        const { state } = await call.reader.head(call.scope);
        const { lowerBound, ...rates } = selectBurnOf(state.runs.values(), now);
        const line = selectSpendOf(state.runs.values(), now - withinMs, now);
        return { ...rates, isLowerBound: lowerBound, spent: await spentLately(call), line };
      }
      const { run } = await readRun(call, runId);
      const { lowerBound, ...rates } = selectBurn(run, now);
      return {
        ...rates,
        isLowerBound: lowerBound,
        spent: { all: run.totals.cost },
        line: selectSpendOf([run], now - withinMs, now),
      };
    },
  }),
];
