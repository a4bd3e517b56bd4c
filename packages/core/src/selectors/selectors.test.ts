import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import type { Series } from '../projection/series.js';
import type { FleetState, RunState } from '../projection/state.js';
import { legalLogs } from '../testing/arbitraries.js';
import { createLog } from '../testing/log-builder.js';
import type { Append } from '../testing/log-builder.js';
import { selectAgentCounts, selectAgentIds, selectAgents, selectSpans } from './agents.js';
import { selectBudget, selectBudgetKeys, selectTimeToLimit } from './budgets.js';
import { ratePerMinute, selectBurn, selectSpendLine } from './burn.js';
import { selectCheckpoints } from './checkpoints.js';
import { selectOpenAlerts, selectPendingApprovals } from './decisions.js';
import { selectOutlook } from './outlook.js';
import { selectRunMetrics } from './run-metrics.js';
import { selectFeed, selectRunCounts, selectRunIds } from './runs.js';
import { selectTaskIds, selectTaskTree } from './tasks.js';
import { createLanes, NO_AGENT, selectLanes } from './timeline.js';
import type { Lane } from './timeline.js';
import { selectThroughput, selectTotals } from './totals.js';

const run = { runId: 'r' };
const agent = { ...run, agentId: 'A' };
const task = { ...agent, taskId: 't' };
const span = (spanId: string) => ({ ...task, spanId });

function write(more: (append: Append, advance: (ms: number) => void) => void): FleetState {
  const { events, append, advance } = createLog(0);
  append('run.created', run, { name: 'review' });
  append('run.started', run, {});
  append('agent.joined', agent, { name: 'ANALYST', role: 'analyst' });
  append('task.created', task, { name: 'read', node: 'reader' });
  more(append, advance);
  return reduce(emptyState(), events);
}

describe('identity', () => {
  const selectors: readonly ((state: FleetState) => unknown)[] = [
    selectRunIds,
    selectRunCounts,
    (state) => selectFeed(state, 'run-0'),
    (state) => selectAgents(state, 'run-0'),
    (state) => selectAgentIds(state, 'run-0'),
    (state) => selectAgentCounts(state, 'run-0'),
    (state) => selectSpans(state, 'run-0', 'ANALYST'),
    (state) => selectTaskIds(state, 'run-0'),
    (state) => selectTaskTree(state, 'run-0'),
    (state) => selectLanes(state, 'run-0'),
    (state) => selectPendingApprovals(state, 'run-0'),
    (state) => selectOpenAlerts(state, 'run-0'),
    (state) => selectBudgetKeys(state, 'run-0'),
    (state) => selectRunMetrics(state, 'run-0'),
    (state) => selectCheckpoints(state, 'run-0'),
    (state) => selectOutlook(state, 'run-0'),
  ];

  it('stays while another run, or only the labels, change', () => {
    fc.assert(
      fc.property(legalLogs(fc), (events) => {
        const state = reduce(emptyState(), events);
        const before = selectors.map((select) => select(state));
        const at = { v: 1, time: state.time };
        const next = reduce(state, [
          { ...at, seq: state.seq + 1, type: 'run.labelled', runId: 'run-0', data: { labels: { q: 'z' } } },
          { ...at, seq: state.seq + 2, type: 'run.labelled', runId: 'run-1', data: { labels: { q: 'z' } } },
        ]);
        const created = !state.runs.has('run-0') || !state.runs.has('run-1');
        if (created) return;
        selectors.forEach((select, i) => {
          expect(select(next)).toBe(before[i]);
        });
      }),
    );
  });
});

describe('runs and agents', () => {
  it('come newest and oldest first', () => {
    const state = write((append) => {
      append('run.created', { runId: 's' }, { name: 's' });
      append('agent.joined', { ...run, agentId: 'B' }, { name: 'B' });
      append('agent.status', { ...run, agentId: 'B' }, { status: 'active' });
    });
    expect(selectRunIds(state)).toEqual(['s', 'r']);
    expect(selectRunCounts(state)).toEqual({ running: 1, queued: 1 });
    expect(selectAgentIds(state, 'r')).toEqual(['A', 'B']);
    expect(selectAgentCounts(state, 'r')).toEqual({ idle: 1, active: 1 });
    expect(selectAgents(state, 'unknown')).toEqual([]);
  });
});

describe('the task tree', () => {
  it('reads in order and survives circles and strangers as parents', () => {
    const state = write((append) => {
      append('task.created', { ...run, taskId: 'a' }, { name: 'a', parentTaskId: 't' });
      append('task.created', { ...run, taskId: 'b' }, { name: 'b', parentTaskId: 'nobody' });
      append('task.created', { ...run, taskId: 'c' }, { name: 'c', parentTaskId: 'a' });
      append('task.created', { ...run, taskId: 'd' }, { name: 'd', parentTaskId: 't' });
      append('task.created', { ...run, taskId: 'x' }, { name: 'x', parentTaskId: 'y' });
      append('task.created', { ...run, taskId: 'y' }, { name: 'y', parentTaskId: 'x' });
    });
    expect(selectTaskTree(state, 'r').map(({ id, depth, children }) => [id, depth, children])).toEqual([
      ['t', 0, 2],
      ['a', 1, 1],
      ['c', 2, 0],
      ['d', 1, 0],
      ['b', 0, 0],
      ['x', 0, 1],
      ['y', 1, 0],
    ]);
  });

  it('holds each task once, after its parent', () => {
    const parents = fc.array(fc.option(fc.nat(30), { nil: undefined }), { maxLength: 30 });
    fc.assert(
      fc.property(parents, (list) => {
        const state = write((append) => {
          list.forEach((parent, i) => {
            const data = { name: String(i) };
            append(
              'task.created',
              { ...run, taskId: String(i) },
              parent === undefined ? data : { ...data, parentTaskId: String(parent) },
            );
          });
        });
        const nodes = selectTaskTree(state, 'r');
        expect(nodes.map(({ id }) => id).sort()).toEqual([...selectTaskIds(state, 'r')].sort());
        const seen = new Map<string, number>();
        for (const { key, depth, parentKey } of nodes) {
          if (depth > 0) expect(seen.get(parentKey!)).toBe(depth - 1);
          seen.set(key, depth);
        }
      }),
    );
  });
});

describe('the timeline', () => {
  const busy = write((append, advance) => {
    append('agent.status', agent, { status: 'active', activity: 'reading' });
    append('span.started', span('a'), { kind: 'model', name: 'm' });
    advance(10);
    append('span.started', span('b'), { kind: 'tool', name: 'grep' });
    advance(10);
    append('span.ended', span('a'), { status: 'ok' });
    append('span.started', span('c'), { kind: 'tool', name: 'grep' });
    advance(10);
    append('agent.status', agent, { status: 'waiting' });
  });

  it('shows statuses and packs spans into rows without overlap', () => {
    const [lane] = selectLanes(busy, 'r');
    expect(lane?.segments).toEqual([
      { status: 'idle', from: 0, to: 0 },
      { status: 'active', activity: 'reading', from: 0, to: 30 },
      { status: 'waiting', from: 30 },
    ]);
    expect(lane?.spans.map(({ span: { id }, row }) => [id, row])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ]);
    expect(lane?.rows).toBe(2);
  });

  it('leaves out what lies outside a window', () => {
    const [lane] = selectLanes(busy, 'r', { from: 0, to: 10 });
    expect(lane?.spans.map(({ span: { id } }) => id)).toEqual(['a']);
    expect(lane?.segments.map(({ status }) => status)).toEqual(['active']);
    expect(lane?.rows).toBe(2);
  });

  it('never lets spans of a row overlap, and keeps lanes that did not change', () => {
    fc.assert(
      fc.property(legalLogs(fc), (events) => {
        let state = emptyState();
        for (const event of events) {
          const before = selectLanes(state, 'run-0');
          state = reduce(state, [event]);
          const lanes = selectLanes(state, 'run-0');
          for (const lane of lanes) {
            const last = before.find(({ agent: { id } }) => id === lane.agent.id);
            if (last && event.agentId !== lane.agent.id && event.taskId === undefined)
              expect(lane).toBe(last);
            const ends: number[] = [];
            for (const { span: each, row } of lane.spans) {
              expect(each.startedAt).toBeGreaterThanOrEqual(ends[row] ?? 0);
              ends[row] = each.endedAt ?? Infinity;
              expect(row).toBeLessThan(lane.rows);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('follows a run, in any order of its states, to the lanes that all of its spans make', () => {
    fc.assert(
      fc.property(legalLogs(fc), fc.array(fc.nat()), (events, visits) => {
        const states = [emptyState()];
        for (const event of events) states.push(reduce(states.at(-1) ?? emptyState(), [event]));
        const plain = (lanes: readonly Lane[]) =>
          lanes.map(({ agent: { id }, spans, rows }) => [id, spans.map((each) => ({ ...each })), rows]);
        for (const visit of [...states.keys(), ...visits]) {
          const state = states[visit % states.length] as FleetState;
          const known = selectAgents(state, 'run-0');
          const spans = [...state.spans.values()].filter(({ runId }) => runId === 'run-0');
          const of = known.filter(({ id }) => id !== NO_AGENT);
          const lanes = selectLanes(state, 'run-0').filter((lane) => lane.agent.id !== NO_AGENT);
          expect(plain(lanes)).toEqual(plain(createLanes(of, spans)));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('puts spans of no known agent on a lane of their own, which comes last and goes with them', () => {
    const log = createLog(0);
    const alone = (spanId: string, agentId?: string) => ({ ...run, spanId, ...(agentId ? { agentId } : {}) });
    log.append('run.created', run, { name: 'review' });
    log.append('agent.joined', agent, { name: 'ANALYST' });
    log.append('span.started', alone('of nobody'), { kind: 'tool', name: 'a' });
    log.append('span.started', alone('of a stranger', 'GHOST'), { kind: 'tool', name: 'b' });
    const state = reduce(emptyState(), log.events);
    const lanes = selectLanes(state, 'r');
    expect(lanes.map((lane) => lane.agent.id)).toEqual(['A', NO_AGENT]);
    expect(lanes[1]?.spans.map((each) => each.span.id)).toEqual(['of nobody', 'of a stranger']);
    const more = reduce(state, [log.append('agent.joined', { ...run, agentId: 'LATE' }, { name: 'LATE' })]);
    expect(selectLanes(more, 'r')[2]).toBe(lanes[1]);
    const joined = reduce(more, [
      log.append('agent.joined', { ...run, agentId: 'GHOST' }, { name: 'GHOST' }),
    ]);
    expect(selectLanes(joined, 'r').map(({ agent: { id }, spans }) => [id, spans.length])).toEqual([
      ['A', 0],
      ['LATE', 0],
      ['GHOST', 1],
      [NO_AGENT, 1],
    ]);
  });
});

describe('the burn rate', () => {
  const series = (values: readonly number[], stepMs = 1_000, start = 0): Series => ({
    start,
    stepMs,
    values,
  });
  const steady = series(Array.from({ length: 400 }, () => 10));

  it('is the spending of the trailing window', () => {
    expect(ratePerMinute(steady, 0, 400_000)).toBeCloseTo(600);
    expect(ratePerMinute(steady, 0, 430_000)).toBeCloseTo(300);
    expect(ratePerMinute(steady, 0, 500_000)).toBe(0);
    expect(ratePerMinute(series([100]), 0, 4_999)).toBeUndefined();
    expect(ratePerMinute(series([100]), 0, 10_000)).toBeCloseTo(300);
  });

  it('is unknown while no call has a known price, and a lower bound while some have none', () => {
    const unknown = write((append, advance) => {
      append('usage.recorded', task, { usage: { inputTokens: 1, outputTokens: 1 } });
      advance(60_000);
      append('run.labelled', run, { labels: {} });
    }).runs.get('r')!;
    expect(selectBurn(unknown, 60_000)).toEqual({ lowerBound: true });
    const cost = { ...unknown.totals.cost, nanoUsd: 60 };
    const partly: RunState = { ...unknown, totals: { ...unknown.totals, cost }, spend: series([60]) };
    expect(selectBurn(partly, 60_000)).toEqual({
      perMinute: 60,
      perMinute5: 60,
      perHour: 3_600,
      lowerBound: true,
    });
  });

  it('is the average of a run that is over', () => {
    const state = write((append, advance) => {
      append('usage.recorded', task, {
        usage: { inputTokens: 600, outputTokens: 0 },
        cost: { nanoUsd: 900, basis: 'simulated' },
      });
      advance(180_000);
      append('run.completed', run, {});
    });
    const over = state.runs.get('r')!;
    expect(selectBurn(over, 999_999_999).perMinute).toBeCloseTo(300);
    expect(selectThroughput(over, 999_999_999)).toBeCloseTo(200);
    expect(selectTotals(over.totals)).toEqual({
      nanoUsd: 900,
      lowerBound: false,
      unknown: false,
      simulatedShare: 1,
      tokens: 600,
    });
  });

  it('is drawn by at most the columns asked for, ending with the rate that is shown', () => {
    const values = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 512 });
    fc.assert(
      fc.property(
        values,
        fc.constantFrom(1_000, 4_000, 64_000),
        fc.nat(200),
        fc.integer({ min: 1, max: 400 }),
        (amounts, stepMs, idle, columns) => {
          const now = (amounts.length + idle) * stepMs;
          const line = selectSpendLine(series(amounts, stepMs), 0, now, columns);
          expect(line.length).toBeLessThanOrEqual(columns);
          expect(line.every((rate) => rate >= 0)).toBe(true);
          const shown = ratePerMinute(series(amounts, stepMs), 0, now);
          // Buckets wider than the window cannot be told apart any more.
          if (stepMs < 60_000 && shown !== undefined) expect(line.at(-1)).toBeCloseTo(shown, 3);
        },
      ),
    );
    expect(selectSpendLine(series([]), 0, 60_000, 100)).toEqual([]);
  });
});

describe('budgets', () => {
  const state = write((append, advance) => {
    const set = (
      budgetId: string,
      scope: { kind: 'run' | 'role' | 'node' | 'fleet'; id?: string },
      unit: 'usd' | 'tokens' | 'steps' | 'seconds',
      limit: number,
    ) =>
      append('budget.set', scope.kind === 'fleet' ? {} : run, {
        budgetId,
        scope,
        unit,
        limit,
        onLimit: 'pause',
      });
    set('money', { kind: 'run' }, 'usd', 1_000);
    set('role', { kind: 'role', id: 'analyst' }, 'tokens', 100);
    set('node', { kind: 'node', id: 'other' }, 'usd', 10);
    set('steps', { kind: 'run' }, 'steps', 4);
    set('time', { kind: 'fleet' }, 'seconds', 60);
    append('budget.warned', run, { budgetId: 'money', share: 0.25, spent: 250, limit: 1_000 });
    append('span.started', span('a'), { kind: 'model', name: 'm', reservedNanoUsd: 200 });
    append('usage.recorded', task, {
      usage: { inputTokens: 30, outputTokens: 20 },
      cost: { nanoUsd: 300, basis: 'list' },
    });
    append('task.completed', task, {});
    advance(30_000);
    append('run.labelled', run, { labels: {} });
  });

  it('say how much of a limit is used, by its scope and unit', () => {
    const at = (key: string) => selectBudget(state, key, 30_000);
    expect(selectBudgetKeys(state, 'r')).toHaveLength(5);
    expect(at('r/money')).toMatchObject({
      spent: 300,
      reserved: 200,
      limit: 1_000,
      share: 0.3,
      warned: 0.25,
      reached: false,
    });
    expect(at('r/role')).toMatchObject({ spent: 50, reserved: 0, share: 0.5 });
    expect(at('r/node')).toMatchObject({ spent: 0 });
    expect(at('r/steps')).toMatchObject({ spent: 1, share: 0.25 });
    expect(at('/time')).toMatchObject({ spent: 30, share: 0.5 });
    expect(at('r/none')).toBeUndefined();
  });

  it('tell the time to a limit in USD while money is spent', () => {
    const money = selectBudget(state, 'r/money', 30_000)!;
    expect(selectTimeToLimit(money, 100)).toBe(300_000);
    expect(selectTimeToLimit(money, 0)).toBeUndefined();
    expect(selectTimeToLimit(money, undefined)).toBeUndefined();
    expect(selectTimeToLimit(selectBudget(state, 'r/role', 0)!, 100)).toBeUndefined();
  });
});

describe('decisions', () => {
  it('are those that nobody has made yet', () => {
    const state = write((append) => {
      append('approval.requested', task, { approvalId: 'a', title: 'A?' });
      append('approval.requested', task, { approvalId: 'b', title: 'B?' });
      append('approval.requested', { runId: 's' }, { approvalId: 'c', title: 'C?' });
      append('approval.decided', task, { approvalId: 'a', decision: 'approve' });
      append('alert.raised', run, { alertId: 'x', rule: 'r', severity: 'info', message: 'm' });
      append('alert.raised', run, { alertId: 'y', rule: 'r', severity: 'info', message: 'm' });
      append('alert.resolved', run, { alertId: 'x' });
      append('alert.acknowledged', run, { alertId: 'y' });
    });
    expect(selectPendingApprovals(state, 'r').map(({ approvalId }) => approvalId)).toEqual(['b']);
    expect(selectPendingApprovals(state).map(({ approvalId }) => approvalId)).toEqual(['b', 'c']);
    expect(selectOpenAlerts(state, 'r').map(({ alertId }) => alertId)).toEqual(['y']);
  });
});

describe('the metrics of a run', () => {
  it('are those of its row, and nothing for an unknown run', () => {
    const state = write((append) => append('agent.status', agent, { status: 'active' }));
    expect(selectRunMetrics(state, 'r')).toMatchObject({
      runId: 'r',
      status: 'running',
      startedAt: 0,
      endedAt: undefined,
      agentCounts: { active: 1 },
      taskCounts: { queued: 1 },
      budgets: [],
    });
    expect(selectRunMetrics(state, 'unknown')).toBeUndefined();
  });
});
