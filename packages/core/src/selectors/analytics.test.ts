import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetState } from '../projection/state.js';
import { createTable } from '../projection/table.js';
import { legalLogs } from '../testing/arbitraries.js';
import { createLog } from '../testing/log-builder.js';
import type { Append } from '../testing/log-builder.js';
import { selectAnalytics, selectRunAnalytics } from './analytics.js';
import { DIMENSIONS, dayOf } from './analytics-digest.js';
import { cacheEfficiency, costPer1kTokens } from './analytics-tally.js';
import { sumCosts } from './cost-sums.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const utc = (): number => 0;
const tokyo = (): number => 9 * HOUR;

const usage = { inputTokens: 1_000, cacheReadTokens: 400, outputTokens: 200 };
const cost = { nanoUsd: 5_000_000, basis: 'list' } as const;

interface Call {
  readonly runId: string;
  readonly price?: typeof cost | { readonly basis: 'unknown' };
  readonly labels?: { readonly [name: string]: string };
  readonly fails?: boolean;
}

/** One run: an agent, a task, a call of 10 s and a tool. */
function work(append: Append, advance: (ms: number) => void, call: Call): void {
  const run = { runId: call.runId };
  const scope = { ...run, agentId: 'A', taskId: 't' };
  append('run.created', run, {
    name: `name of ${call.runId}`,
    ...(call.labels ? { labels: call.labels } : {}),
  });
  append('run.started', run, {});
  append('agent.joined', { ...run, agentId: 'A' }, { name: 'CODER', role: 'coder' });
  append('task.created', scope, { name: 'write', node: 'code', type: 'bugfix' });
  append('task.started', scope, { attempt: 1 });
  append('span.started', { ...scope, spanId: 'm' }, { kind: 'model', name: 'call', model: 'sonnet' });
  advance(10_000);
  append('span.ended', { ...scope, spanId: 'm' }, { status: 'ok', usage, cost: call.price ?? cost });
  append('span.started', { ...scope, spanId: 's' }, { kind: 'tool', name: 'grep' });
  append('span.ended', { ...scope, spanId: 's' }, { status: 'error' });
  if (call.fails) append('task.failed', scope, { attempt: 1, error: { code: 'X', message: 'no' } });
  else append('task.completed', scope, {});
  append('run.completed', run, {});
}

function write(more: (append: Append, advance: (ms: number) => void) => void): FleetState {
  const { events, append, advance } = createLog(0);
  more(append, advance);
  return reduce(emptyState(), events);
}

describe('selectAnalytics', () => {
  const state = write((append, advance) => {
    const start = append('system.health', {}, { component: 'store', status: 'ok' }).time;
    advance(DAY - (start % DAY) + 20 * HOUR);
    work(append, advance, { runId: 'one', labels: { team: 'a' } });
    advance(DAY);
    work(append, advance, { runId: 'two', price: { basis: 'unknown' }, fails: true });
  });
  const first = dayOf(state.runs.get('one')?.createdAt ?? 0, utc);
  const query = { from: first - 1, to: first + 1, offsetAt: utc };

  it('splits cost and tokens by day, and every day of the range is there', () => {
    const { days, total } = selectAnalytics(state, query);
    expect(
      days.map(({ day, cost: { nanoUsd }, runsStarted }) => [day - first, nanoUsd, runsStarted]),
    ).toEqual([
      [-1, 0, 0],
      [0, 5_000_000, 1],
      [1, 0, 1],
    ]);
    expect(total.usage).toMatchObject({ inputTokens: 2_000, cacheReadTokens: 800, outputTokens: 400 });
    expect(cacheEfficiency(total.usage)).toBe(0.4);
  });

  it('is of one run alone, from its first day to its last', () => {
    const one = selectRunAnalytics(state, 'one', utc);
    expect(one).toEqual(selectAnalytics(state, { from: first, to: first, runId: 'one', offsetAt: utc }));
    expect(one?.total).toMatchObject({ cost: { nanoUsd: 5_000_000, unknownCalls: 0 }, modelCalls: 1 });
    expect(one?.by.agent.map(({ name }) => name)).toEqual(['CODER']);
    expect(one?.topRuns.map(({ runId }) => runId)).toEqual(['one']);
    expect(selectRunAnalytics(state, 'two', utc)?.total.cost).toMatchObject({ nanoUsd: 0, unknownCalls: 1 });
    expect(selectRunAnalytics(state, 'nobody', utc)).toBeUndefined();
    expect(selectAnalytics(state, query).total.modelCalls).toBe(2);
    expect(selectAnalytics(state, { ...query, runId: 'one' }).total.modelCalls).toBe(1);
    expect(selectAnalytics(state, { ...query, runId: 'nobody' }).total.modelCalls).toBe(0);
  });

  it('does not look at a run again because another one went on', () => {
    const one = selectRunAnalytics(state, 'one', utc);
    const runs = createTable([...state.runs.values()].map((run) => [run.id, run] as const));
    const spans = new Proxy(state.spans, {
      get: () => {
        throw new Error('looked at');
      },
    });
    expect(selectRunAnalytics({ ...state, runs, spans }, 'one', utc)).toBe(one);
  });

  it('says that a sum is a lower bound, and prices tokens only by calls with a price', () => {
    const { total, days, by } = selectAnalytics(state, query);
    expect(total.cost.unknownCalls).toBe(1);
    expect(days.map((day) => day.cost.unknownCalls)).toEqual([0, 0, 1]);
    expect(costPer1kTokens(total)).toBeCloseTo(5_000_000 / 1.2);
    expect(by.model).toMatchObject([
      { name: 'sonnet', modelCalls: 2, cost: { unknownCalls: 1 } },
      { name: '' },
    ]);
  });

  it('counts by the day of the zone', () => {
    const { days, hours } = selectAnalytics(state, { ...query, offsetAt: tokyo });
    expect(days.map(({ modelCalls }) => modelCalls)).toEqual([0, 0, 1]);
    expect(hours.calls.flatMap((calls, at) => (calls > 0 ? [at % 24] : []))).toEqual([5]);
  });

  it('compares with as many days before', () => {
    const { total, before, partial } = selectAnalytics(state, { ...query, from: first + 1, to: first + 1 });
    expect([total.cost.nanoUsd, before.cost.nanoUsd]).toEqual([0, 5_000_000]);
    expect(before.runs).toEqual({ started: 1, completed: 1, failed: 0, other: 0 });
    expect(partial.heldSince).toBeUndefined();
  });

  it('tells outcomes, tools, durations, labels and what cost most', () => {
    const found = selectAnalytics(state, query);
    expect(found.outcomes).toEqual([{ name: 'bugfix', completed: 1, failed: 1, other: 0 }]);
    expect(found.tools).toEqual([{ name: 'grep', calls: 2, errors: 2, totalMs: 0, ended: 2 }]);
    expect(found.durations.tasks.indexOf(2)).toBe(4);
    expect(found.byLabel).toMatchObject({ team: [{ name: 'a', cost: { nanoUsd: 5_000_000 } }] });
    expect(found.topRuns[0]).toMatchObject({ runId: 'one', name: 'name of one' });
    expect(found.topTasks).toMatchObject([{ runId: 'one', taskId: 't' }]);
    expect(found.partial).toEqual({ forgottenSpans: 0, heldSince: first });
  });

  it('keeps a part that has not changed', () => {
    const before = selectAnalytics(state, query);
    expect(selectAnalytics(state, query)).toBe(before);
    const more = reduce(state, [
      {
        v: 1,
        seq: state.seq + 1,
        time: state.time,
        type: 'run.labelled',
        runId: 'two',
        data: { labels: { team: 'b' } },
      },
    ]);
    const after = selectAnalytics(more, query);
    expect(after).not.toBe(before);
    expect(after.days).toBe(before.days);
    expect(after.by).toBe(before.by);
    expect(after.byLabel).not.toBe(before.byLabel);
  });

  it('counts what a run has forgotten, by no name', () => {
    const forgetful = write((append, advance) => {
      work(append, advance, { runId: 'one' });
      append('usage.recorded', { runId: 'one' }, { usage, cost, calls: 2 });
    });
    const day = dayOf(forgetful.runs.get('one')?.createdAt ?? 0, utc);
    const { total, by } = selectAnalytics(forgetful, { from: day, to: day, offsetAt: utc });
    expect([total.cost.nanoUsd, total.modelCalls]).toEqual([10_000_000, 3]);
    for (const name of DIMENSIONS) expect(by[name].map((slice) => slice.name)).toContain('');
  });

  it('adds up to the totals of the runs, whatever happened', () => {
    fc.assert(
      fc.property(legalLogs(fc), (events) => {
        const any = reduce(emptyState(), events);
        const days = [...any.runs.values()].map((run) => dayOf(run.createdAt, utc));
        fc.pre(days.length > 0);
        const at = Math.min(...days);
        const found = selectAnalytics(any, { from: at - 2, to: at + 900, offsetAt: utc });
        const nano = [...any.runs.values()].reduce((sum, run) => sum + run.totals.cost.nanoUsd, 0);
        expect(found.total.cost.nanoUsd).toBe(nano);
        for (const name of DIMENSIONS) {
          const sum = found.by[name]
            .map((slice) => slice.cost)
            .reduce((a, b) => sumCosts(a, b), found.before.cost);
          expect(sum.nanoUsd).toBe(nano);
        }
      }),
    );
  });

  it('survives labels named like parts of objects, and ranges without end', () => {
    const odd = write((append, advance) => {
      work(append, advance, {
        runId: 'one',
        labels: JSON.parse('{"__proto__":"x","constructor":"y"}') as { [name: string]: string },
      });
    });
    const day = dayOf(odd.runs.get('one')?.createdAt ?? 0, utc);
    const found = selectAnalytics(odd, { from: -1e9, to: day, offsetAt: utc });
    expect(found.days.length).toBe(1_100);
    expect(Object.keys(found.byLabel)).toContain('constructor');
  });
});
