import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import type { Series } from '../projection/series.js';
import { legalLogs } from '../testing/arbitraries.js';
import { createLog } from '../testing/log-builder.js';
import { selectAlertKeys, selectAlertRules } from './alerts.js';
import {
  selectBudget,
  selectBudgetBurn,
  selectBudgetKeys,
  selectNearestBudget,
  selectProjection,
} from './budgets.js';
import { selectBurnOf, selectSpendOf } from './burn.js';
import { selectCostSince } from './fleet-cost.js';
import { selectFleetCounts, selectFleetUsage } from './fleet.js';
import { selectNeeds } from './needs.js';
import { selectPeriod } from './periods.js';
import { selectMcpServers, selectSystemHealth } from './system.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function create() {
  const log = createLog(0);
  const { append, advance, events } = log;
  let calls = 0;
  return {
    append,
    advance,
    events,
    start(runId: string, more: { readonly threadId?: string; readonly source?: string } = {}) {
      const { source, ...scope } = more;
      append('run.created', { runId, ...scope }, { name: runId, ...(source ? { source } : {}) });
      append('run.started', { runId, ...scope }, {});
      append('agent.joined', { runId, agentId: 'A', ...scope }, { name: 'A' });
    },
    spend(runId: string, nanoUsd?: number, inputTokens = 100) {
      calls += 1;
      const scope = { runId, agentId: 'A', spanId: `s${calls}` };
      append('span.started', scope, { kind: 'model', name: 'm' });
      append('span.ended', scope, {
        status: 'ok',
        usage: { inputTokens, outputTokens: 0 },
        cost: nanoUsd === undefined ? { basis: 'unknown' } : { nanoUsd, basis: 'list' },
      });
    },
    state: () => reduce(emptyState(), events),
  };
}

describe('the counts of a fleet', () => {
  it('are those of its runs, and of the agents that still work', () => {
    const { append, start, state } = create();
    for (const runId of ['a', 'b', 'c']) start(runId);
    append('agent.status', { runId: 'a', agentId: 'A' }, { status: 'active' });
    // Nobody told that this one ended with its run.
    append('agent.status', { runId: 'c', agentId: 'A' }, { status: 'active' });
    append('run.completed', { runId: 'c' }, {});
    expect(selectFleetCounts(state())).toEqual({
      runs: { running: 2, completed: 1 },
      allRuns: 3,
      openRuns: 2,
      agents: 2,
      activeAgents: 1,
    });
  });

  it('keep their identity while none of them changes', () => {
    fc.assert(
      fc.property(legalLogs(fc), (events) => {
        const state = reduce(emptyState(), events);
        const more = { ...events[0]!, seq: state.seq + 1, type: 'log.written', data: { message: 'x' } };
        const next = reduce(state, [more]);
        for (const select of [selectFleetCounts, selectFleetUsage] as const)
          expect(select(next)).toBe(select(state));
        const needs = selectNeeds(state, 0, state.time);
        expect(selectNeeds(next, 0, state.time)).toBe(needs);
        const keys = selectAlertKeys(state, { status: 'open' });
        expect(selectAlertKeys(next, { status: 'open' })).toBe(keys);
      }),
    );
  });
});

describe('the cost since a moment', () => {
  it('is that of the runs that began then, and the amounts since then of those that go across it', () => {
    const { start, spend, advance, state } = create();
    start('over');
    spend('over', 7e9);
    start('across');
    spend('across', 1e9);
    advance(DAY);
    spend('across', 2e9);
    start('new');
    spend('new', 4e9);
    expect(selectCostSince(state()).nanoUsd).toBe(14e9);
    expect(selectCostSince(state(), DAY / 2)).toEqual({
      nanoUsd: 6e9,
      byBasis: { list: 6e9 },
      unknownCalls: 0,
    });
    expect(selectCostSince(state(), 2 * DAY).nanoUsd).toBe(0);
  });

  it('is a lower bound when a run of then had a call of unknown cost', () => {
    const { start, spend, advance, state } = create();
    start('old');
    spend('old');
    advance(DAY);
    start('new');
    spend('new', 1e9);
    expect(selectCostSince(state(), DAY / 2).unknownCalls).toBe(0);
    expect(selectCostSince(state()).unknownCalls).toBe(1);
  });

  it('never counts more than all, and its bases make it up', () => {
    fc.assert(
      fc.property(legalLogs(fc), fc.integer({ min: -1000, max: 10_000_000 }), (events, since) => {
        const state = reduce(emptyState(), events);
        const part = selectCostSince(state, since);
        expect(part.nanoUsd).toBeLessThanOrEqual(selectCostSince(state).nanoUsd);
        const sum = Object.values(part.byBasis).reduce((total: number, each) => total + each, 0);
        expect(sum).toBe(part.nanoUsd);
      }),
    );
  });
});

describe('the burn of several runs', () => {
  it('is what all of them spent in the window, also those that are over', () => {
    const { append, start, spend, advance, state } = create();
    start('a');
    start('b');
    advance(10 * MINUTE);
    spend('a', 3e9);
    advance(2 * MINUTE);
    spend('a', 1e9);
    spend('b', 2e9);
    append('run.completed', { runId: 'b' }, {});
    const now = state().time + 1_000;
    const burn = selectBurnOf(state().runs.values(), now);
    expect(burn.perMinute).toBeCloseTo(3e9, -6);
    expect(burn.perMinute5).toBeCloseTo(6e9 / 5, -6);
    expect(burn.perHour).toBeCloseTo(60 * 3e9, -6);
    expect(selectBurnOf(state().runs.values(), now + 10 * MINUTE).perMinute).toBe(0);
  });

  it('is unknown while no call has a price, and for the first seconds', () => {
    const { start, spend, state } = create();
    start('a');
    spend('a', 1e9);
    expect(selectBurnOf(state().runs.values(), state().time)).toEqual({ lowerBound: false });
    const other = create();
    other.start('a');
    other.spend('a');
    other.advance(MINUTE);
    other.spend('a');
    expect(selectBurnOf(other.state().runs.values(), other.state().time)).toEqual({ lowerBound: true });
  });

  it('drawn over time holds all that was spent since', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 400, max: 40_000 }),
        (values, power, seconds) => {
          const spend: Series = { start: 0, stepMs: 1000 * 2 ** power, values };
          const now = Math.max(seconds * 1000, values.length * spend.stepMs);
          const run = { spend, lastEventAt: now } as unknown as Parameters<
            typeof selectSpendOf
          >[0] extends Iterable<infer R>
            ? R
            : never;
          const series = selectSpendOf([run, run], 0, now);
          expect(series.values.length).toBeLessThanOrEqual(452);
          const all = values.reduce((sum, value) => sum + value, 0);
          const drawn = series.values.reduce((sum, value) => sum + value, 0);
          expect(Math.abs(drawn - 2 * all)).toBeLessThanOrEqual(1 + all * 1e-9);
        },
      ),
    );
    for (const now of [0, -5, Number.NaN]) expect(() => selectSpendOf([], 0, now)).not.toThrow();
  });
});

describe('what waits for a person', () => {
  const kinds = (state: ReturnType<ReturnType<typeof create>['state']>, since = 0, now = state.time) =>
    selectNeeds(state, since, now).map(({ kind, runId }) => `${kind} ${runId}`);

  it('is the questions first, then limits, stuck, failed and stopped runs', () => {
    const { append, start, state } = create();
    for (const runId of ['stopped', 'failed', 'stuck', 'paused', 'asks', 'fine']) start(runId);
    append('run.stopped', { runId: 'stopped' }, { reason: 'budget' });
    append('run.failed', { runId: 'failed' }, { error: { code: 'X', message: 'No.' } });
    append(
      'alert.raised',
      { runId: 'stuck' },
      { alertId: 's', rule: 'stuck-agent', severity: 'critical', message: 'Nothing.' },
    );
    append('run.paused', { runId: 'paused' }, { reason: 'budget' });
    append('approval.requested', { runId: 'asks' }, { approvalId: '1', title: 'Go?' });
    expect(kinds(state())).toEqual([
      'approval asks',
      'budget paused',
      'stuck stuck',
      'failed failed',
      'stopped stopped',
    ]);
    expect(selectNeeds(state(), 0, state().time)[0]).toMatchObject({ text: 'Go?', approvalId: '1' });
    append('alert.resolved', { runId: 'stuck' }, { alertId: 's' });
    append('approval.decided', { runId: 'asks' }, { approvalId: '1', decision: 'approve' });
    expect(kinds(state(), state().time + 1)).toEqual(['budget paused']);
  });

  it('is a running run of which nothing was heard for ten minutes, but no recording', () => {
    const { start, append, state } = create();
    start('silent');
    start('recorded', { source: 'claude-code' });
    append('approval.requested', { runId: 'recorded' }, { approvalId: '1', title: 'Go?' });
    expect(kinds(state(), 0, state().time + 9 * MINUTE)).toEqual([]);
    expect(kinds(state(), 0, state().time + 11 * MINUTE)).toEqual(['stuck silent']);
  });
});

describe('limits that runs share', () => {
  it('count what was spent in the present period, in UTC', () => {
    const { append, start, spend, advance, state } = create();
    append(
      'budget.set',
      {},
      { budgetId: 'day', scope: { kind: 'fleet' }, unit: 'usd', limit: 10e9, onLimit: 'warn', period: 'day' },
    );
    start('a');
    spend('a', 4e9);
    advance(DAY + 10 * MINUTE);
    spend('a', 1e9);
    const progress = selectBudget(state(), '/day', state().time);
    expect(progress).toMatchObject({ spent: 1e9, share: 0.1 });
    expect(selectBudget(state(), '/day', state().time + DAY)?.spent).toBe(0);
    expect(selectNearestBudget(state(), state().time)?.key).toBe('/day');
  });

  it('of a thread concern its runs only', () => {
    const { append, start, spend, state } = create();
    append(
      'budget.set',
      { threadId: 't' },
      { budgetId: 'thread', scope: { kind: 'thread', id: 't' }, unit: 'usd', limit: 10e9, onLimit: 'warn' },
    );
    start('a', { threadId: 't' });
    start('b');
    spend('a', 4e9);
    spend('b', 1e9);
    expect(selectBudgetKeys(state(), 'a')).toEqual(['/thread']);
    expect(selectBudgetKeys(state(), 'b')).toEqual([]);
    expect(selectBudgetKeys(state())).toEqual(['/thread']);
    expect(selectBudget(state(), '/thread', 0)?.spent).toBe(4e9);
  });

  it('project the lower and the higher of two rates to the end of the period', () => {
    const { append, start, spend, advance, state } = create();
    append(
      'budget.set',
      {},
      {
        budgetId: 'day',
        scope: { kind: 'fleet' },
        unit: 'usd',
        limit: 90e9,
        onLimit: 'warn',
        period: 'day',
      },
    );
    append(
      'budget.set',
      {},
      { budgetId: 'open', scope: { kind: 'fleet' }, unit: 'usd', limit: 9e9, onLimit: 'warn' },
    );
    start('a');
    spend('a', 1e9);
    advance(12 * 60 * MINUTE);
    start('b');
    spend('b', 1e9);
    const now = state().time;
    const day = selectProjection(state(), '/day', now);
    // As the day so far: 2 in 12 hours; as the last hour: 1 an hour.
    expect(day).toEqual({ low: 4e9, high: 14e9, until: DAY });
    const soon = selectProjection(state(), '/open', now);
    // As the last five minutes, and as the last one.
    expect(soon).toEqual({ low: 4e9, high: 12e9, until: now + 10 * MINUTE });
    expect(selectProjection(state(), '/open', now + 20 * MINUTE)).toBeUndefined();
    expect(selectProjection(state(), '/none', now)).toBeUndefined();
  });

  it('have a rate as long as one of their runs goes on', () => {
    const { append, start, spend, advance, state } = create();
    append(
      'budget.set',
      {},
      { budgetId: 'f', scope: { kind: 'fleet' }, unit: 'usd', limit: 10e9, onLimit: 'warn' },
    );
    append(
      'budget.set',
      {},
      { budgetId: 'role', scope: { kind: 'role', id: 'x' }, unit: 'usd', limit: 10e9, onLimit: 'warn' },
    );
    start('a');
    advance(MINUTE);
    spend('a', 1e9);
    expect(selectBudgetBurn(state(), '/f', state().time)?.perMinute).toBeGreaterThan(0);
    expect(selectBudgetBurn(state(), '/role', state().time)).toBeUndefined();
    append('run.completed', { runId: 'a' }, {});
    expect(selectBudgetBurn(state(), '/f', state().time)).toBeUndefined();
  });
});

it('knows days, weeks from Monday on, and months', () => {
  const at = Date.UTC(2026, 10, 21, 9);
  expect(selectPeriod('day', at)).toEqual({ start: Date.UTC(2026, 10, 21), end: Date.UTC(2026, 10, 22) });
  expect(selectPeriod('week', at)).toEqual({ start: Date.UTC(2026, 10, 16), end: Date.UTC(2026, 10, 23) });
  expect(selectPeriod('month', at)).toEqual({ start: Date.UTC(2026, 10, 1), end: Date.UTC(2026, 11, 1) });
  expect(selectPeriod('run', at)).toBeUndefined();
});

it('lists alerts by what is left to do, then by severity, then the newest', () => {
  const { append, advance, state } = create();
  const raise = (alertId: string, severity: 'info' | 'warning' | 'critical', rule = 'x'): void => {
    append('alert.raised', { runId: 'r' }, { alertId, rule, severity, message: alertId });
    advance(1000);
  };
  raise('old', 'warning');
  raise('new', 'warning');
  raise('worst', 'critical', 'y');
  raise('taken', 'critical');
  raise('gone', 'critical');
  append('alert.acknowledged', { runId: 'r' }, { alertId: 'taken' });
  append('alert.resolved', { runId: 'r' }, { alertId: 'gone' });
  expect(selectAlertKeys(state())).toEqual(['r/worst', 'r/new', 'r/old', 'r/taken', 'r/gone']);
  expect(selectAlertKeys(state(), { status: 'open', severity: 'critical' })).toEqual(['r/worst', 'r/taken']);
  expect(selectAlertKeys(state(), { rule: 'y' })).toEqual(['r/worst']);
  expect(selectAlertKeys(state(), { runId: 'other' })).toEqual([]);
  expect(selectAlertRules(state())).toEqual(['x', 'y']);
});

describe('the parts of the system', () => {
  it('are as last told, with since when and what changed', () => {
    const { append, advance, events } = create();
    append('system.health', {}, { component: 'store', status: 'ok', fields: { ms: 3 } });
    advance(1000);
    append('system.health', {}, { component: 'store', status: 'degraded', message: 'Slow.' });
    advance(1000);
    append('system.health', {}, { component: 'store', status: 'degraded', message: 'Slower.' });
    append('system.mcp', {}, { server: 'jira', status: 'failed', tools: 4 });
    const health = events.filter(({ type }) => type === 'system.health');
    const [store] = selectSystemHealth(health);
    expect(store).toMatchObject({ name: 'store', status: 'degraded', message: 'Slower.', fields: { ms: 3 } });
    expect((store?.time ?? 0) - (store?.since ?? 0)).toBe(1000);
    expect(store?.changes.map(({ status }) => status)).toEqual(['ok', 'degraded']);
    expect(selectMcpServers(events.filter(({ type }) => type === 'system.mcp'))).toMatchObject([
      { name: 'jira', status: 'failed', tools: 4 },
    ]);
  });

  it('survive whatever is told', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.dictionary(fc.constantFrom('component', 'server', 'status', 'fields', 'message'), fc.anything()),
        ),
        (list) => {
          const events = list.map(
            (data, at) => ({ v: 1, seq: at + 1, time: -at, type: 'system.health', data }) as never,
          );
          expect(
            selectSystemHealth(events).every(({ status }) => /^(ok|degraded|down|unknown)$/.test(status)),
          ).toBe(true);
          expect(() => selectMcpServers(events)).not.toThrow();
        },
      ),
    );
  });
});
