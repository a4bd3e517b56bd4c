import {
  FleetglassError,
  selectBudget,
  selectBudgetBurn,
  selectBudgetKeys,
  selectProjection,
  selectTimeToLimit,
} from '@fleetglass/core';
import type { FleetState } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import type { Call } from './endpoint.js';
import { done } from './run-commands.js';
import { actor, count, flag, id, time } from './values.js';

const budget = z
  .object({
    id: z.string(),
    runId: z.string().describe('The run that it belongs to; absent for one that runs share').optional(),
    scope: z.object({
      kind: z.enum(['fleet', 'thread', 'run', 'agent', 'role', 'node']),
      id: z.string().optional(),
    }),
    unit: z.enum(['usd', 'tokens', 'steps', 'seconds']),
    limit: z.number().describe('In nano-dollars for the unit usd, as every amount here'),
    warnAt: z.array(z.number()).optional(),
    onLimit: z.enum(['warn', 'pause', 'ask', 'downgrade', 'stop']),
    period: z.enum(['run', 'day', 'week', 'month']).optional(),
    by: actor.optional(),
    setAt: time,
    reachedAt: time.optional(),
    spent: z.number(),
    reserved: z.number().describe('Set aside for calls in flight'),
    share: z.number().describe('Spent as a part of the limit; above 1 when it was passed'),
    warned: z.number().describe('Greatest announced threshold that was passed; 0 for none'),
    reached: z.boolean(),
    isLowerBound: z.boolean().describe('Calls without a price are missing from what is spent'),
    simulated: z.boolean(),
    perMinute: z.number().describe('How fast it is spent now; absent where unknown').optional(),
    reachedInMs: z.number().describe('At the present rate').optional(),
    projection: z
      .object({ low: z.number(), high: z.number(), until: time })
      .describe('What will have been spent by then if it goes on as it did')
      .optional(),
  })
  .meta(component('Budget'));

function viewBudget(state: FleetState, key: string, now: number): z.input<typeof budget>[] {
  const progress = selectBudget(state, key, now);
  if (!progress) return [];
  const { budget: row, spent, reserved, limit, share, warned, reached, lowerBound, simulated } = progress;
  const perMinute = selectBudgetBurn(state, key, now)?.perMinute;
  return [
    {
      id: row.budgetId,
      runId: row.runId,
      scope: row.scope,
      unit: row.unit,
      limit,
      ...(row.warnAt ? { warnAt: [...row.warnAt] } : {}),
      onLimit: row.onLimit,
      period: row.period,
      by: row.by,
      setAt: row.setAt,
      reachedAt: row.reachedAt,
      spent,
      reserved,
      share,
      warned,
      reached,
      isLowerBound: lowerBound,
      simulated,
      perMinute,
      reachedInMs: selectTimeToLimit(progress, perMinute),
      projection: selectProjection(state, key, now),
    },
  ];
}

const limitBody = z.strictObject({
  limit: count.max(Number.MAX_SAFE_INTEGER).describe('In nano-dollars for the unit usd'),
});

const setLimit = async (
  call: Call<{ readonly budgetId: string; readonly runId?: string }, unknown, { readonly limit: number }>,
): Promise<{ readonly ok: true }> => {
  const { budgetId, runId } = call.params;
  const { limit } = call.body;
  await call.command({ type: 'setBudget', budgetId, limit, ...(runId === undefined ? {} : { runId }) });
  return { ok: true };
};

export const budgetEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/budgets',
    id: 'listBudgets',
    tag: 'Budgets',
    role: 'viewer',
    from: 'content',
    summary: 'Limits that runs share, or those that concern one run, with how much of each is used',
    query: {
      runId: id.optional(),
      all: flag.describe('Also those of single runs').default(false),
    },
    answer: z.object({ items: z.array(budget) }),
    handle: async (call) => {
      const { runId, all } = call.query;
      const { state } = await (runId === undefined
        ? call.reader.head(call.scope)
        : call.reader.run(runId, call.scope));
      const keys = all ? state.budgets.ids() : selectBudgetKeys(state, runId);
      return { items: keys.flatMap((key) => viewBudget(state, key, call.now)) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/budgets/{budgetId}',
    id: 'getRunBudget',
    tag: 'Budgets',
    role: 'viewer',
    from: 'content',
    summary: 'One limit of a run',
    params: { runId: id, budgetId: id },
    answer: budget,
    handle: async (call) => {
      const { runId, budgetId } = call.params;
      const { state } = await call.reader.run(runId, call.scope);
      const [found] = viewBudget(state, `${runId}/${budgetId}`, call.now);
      if (!found)
        throw new FleetglassError(
          'NOT_FOUND',
          'The run has no such budget here: list its budgets to see their ids.',
        );
      return found;
    },
  }),
  endpoint({
    method: 'put',
    path: '/api/v1/budgets/{budgetId}',
    id: 'setSharedBudget',
    tag: 'Budgets',
    role: 'developer',
    summary: 'Change a limit that runs share',
    params: { budgetId: id },
    body: limitBody,
    answer: done,
    handle: setLimit,
  }),
  endpoint({
    method: 'put',
    path: '/api/v1/runs/{runId}/budgets/{budgetId}',
    id: 'setRunBudget',
    tag: 'Budgets',
    role: 'developer',
    summary: 'Change a limit of a run',
    params: { runId: id, budgetId: id },
    body: limitBody,
    answer: done,
    handle: setLimit,
  }),
];
