import { DURATION_LIMITS, MAX_DAYS, selectAnalytics, selectRunAnalytics } from '@fleetglass/core';
import type { Analytics } from '@fleetglass/core';
import * as z from 'zod';
import { amount, viewAmount } from './amounts.js';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import { noRun, readRun } from './runs.js';
import { timeZone, zoneOffset } from './time-zone.js';
import { count, id, moment, totals, whole } from './values.js';

const DAY = 86_400_000;

const slice = amount.and(z.object({ name: z.string(), others: count.optional() }));
const runCounts = z.object({ started: count, completed: count, failed: count, other: count });

const analytics = z
  .object({
    timeZone: z.string(),
    days: z.array(amount.and(z.object({ date: z.string(), runsStarted: count, agents: count }))),
    total: amount.and(z.object({ runs: runCounts })),
    before: amount.and(z.object({ runs: runCounts })).describe('As many days right before'),
    by: z.object({
      agent: z.array(slice),
      role: z.array(slice),
      model: z.array(slice),
      type: z.array(slice),
      task: z.array(slice),
    }),
    byLabel: z.record(z.string(), z.array(slice)),
    durations: z.object({
      limitsMs: z.array(z.number()).describe('Upper ends of the classes; the last class has none'),
      tasks: z.array(count),
      runs: z.array(count),
    }),
    hours: z
      .object({ calls: z.array(z.number()), nanoUsd: z.array(z.number()) })
      .describe('By weekday, Monday first, and hour: 7 times 24'),
    outcomes: z.array(z.object({ name: z.string(), completed: count, failed: count, other: count })),
    tools: z.array(
      z.object({ name: z.string(), calls: count, errors: count, meanMs: z.number().optional() }),
    ),
    topRuns: z.array(amount.and(z.object({ runId: z.string(), name: z.string() }))),
    topTasks: z.array(z.object({ runId: z.string(), taskId: z.string(), name: z.string(), totals })),
    partial: z.object({ forgottenSpans: count, heldSince: z.string().optional() }),
  })
  .meta(component('Analytics'));

const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

const slicesOf = (list: Analytics['by']['agent']) =>
  list.map((each) => ({ ...viewAmount(each), name: each.name, others: each.others }));

function viewAnalytics(found: Analytics, zone: string): z.input<typeof analytics> {
  const { total, before, by, partial } = found;
  return {
    timeZone: zone,
    days: found.days.map((day) => ({
      ...viewAmount(day),
      date: dateOf(day.day),
      runsStarted: day.runsStarted,
      agents: day.agents,
    })),
    total: { ...viewAmount(total), runs: total.runs },
    before: { ...viewAmount(before), runs: before.runs },
    by: {
      agent: slicesOf(by.agent),
      role: slicesOf(by.role),
      model: slicesOf(by.model),
      type: slicesOf(by.type),
      task: slicesOf(by.task),
    },
    byLabel: Object.fromEntries(
      Object.entries(found.byLabel).map(([label, list]) => [label, slicesOf(list)]),
    ),
    durations: {
      limitsMs: [...DURATION_LIMITS],
      tasks: [...found.durations.tasks],
      runs: [...found.durations.runs],
    },
    hours: { calls: [...found.hours.calls], nanoUsd: [...found.hours.spent] },
    outcomes: found.outcomes.map((outcome) => ({ ...outcome })),
    tools: found.tools.map(({ name, calls, errors, ended, totalMs }) => ({
      name,
      calls,
      errors,
      meanMs: ended === 0 ? undefined : totalMs / ended,
    })),
    topRuns: found.topRuns.map((run) => ({ ...viewAmount(run), runId: run.runId, name: run.name })),
    topTasks: found.topTasks.map((task) => ({ ...task })),
    partial: {
      forgottenSpans: partial.forgottenSpans,
      heldSince: partial.heldSince === undefined ? undefined : dateOf(partial.heldSince),
    },
  };
}

export const analyticsEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/metrics/analytics',
    id: 'getAnalytics',
    tag: 'Metrics',
    role: 'viewer',
    from: 'content',
    summary:
      'Everything that charts show of some days: costs by part, outcomes, durations, busy hours, tools, the dearest',
    description:
      'Of the runs that are held; `partial` says what is missing. With a run and no time, all of its days.',
    query: {
      from: moment.optional(),
      to: moment.optional(),
      days: whole(1, MAX_DAYS).describe('Days up to `to`, where no `from` is given').default(30),
      runId: id.optional(),
      timeZone,
    },
    answer: analytics,
    handle: async (call) => {
      const { from, to = call.now, days, runId, timeZone: zone } = call.query;
      const offsetAt = zoneOffset(zone);
      const dayOf = (time: number): number => Math.floor((time + offsetAt(time)) / DAY);
      const { state } = await (runId === undefined ? call.reader.head(call.scope) : readRun(call, runId));
      if (runId !== undefined && from === undefined && call.query.to === undefined) {
        const found = selectRunAnalytics(state, runId, offsetAt);
        if (!found) throw noRun(runId);
        return viewAnalytics(found, zone);
      }
      const last = dayOf(to);
      const first = from === undefined ? last - days + 1 : dayOf(from);
      return viewAnalytics(selectAnalytics(state, { from: first, to: last, runId, offsetAt }), zone);
    },
  }),
];
