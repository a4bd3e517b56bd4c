import { describe, expect, it } from 'vitest';
import { createLog } from '../testing/log-builder.js';
import type { Append } from '../testing/log-builder.js';
import { EVENT_TYPES } from '../protocol/event.js';
import type { FleetEvent } from '../protocol/event.js';
import { mergeEvents } from '../protocol/merge.js';
import { emptyState, reduce } from './reduce.js';
import type { FleetState } from './state.js';

const run = { runId: 'r' };
const agent = { ...run, agentId: 'A' };
const task = { ...agent, taskId: 't' };
const span = { ...task, spanId: 's' };

/** State after a run with an agent and a task, and whatever `write` adds. */
function stateOf(write: (append: Append, advance: (ms: number) => void) => void): FleetState {
  const { events, append, advance } = createLog(0);
  append('run.created', run, { name: 'review' });
  append('run.started', run, {});
  append('agent.joined', agent, { name: 'ANALYST' });
  append('task.created', task, { name: 'read' });
  append('task.started', task, { attempt: 1 });
  write(append, advance);
  return reduce(emptyState(), events);
}

const usage = (inputTokens: number, outputTokens = 0) => ({ inputTokens, outputTokens });

describe('money', () => {
  it('counts what was recorded while a span runs, and replaces it when the span ends', () => {
    const write = (append: Append): void => {
      append('span.started', span, { kind: 'model', name: 'm' });
      append('usage.recorded', span, { usage: usage(10, 5), cost: { nanoUsd: 100, basis: 'list' } });
      append('usage.recorded', span, { usage: usage(0, 5), cost: { nanoUsd: 40, basis: 'list' } });
    };
    const running = stateOf(write);
    expect(running.spans.get('r/s')?.cost.nanoUsd).toBe(140);
    const ended = stateOf((append) => {
      write(append);
      append('span.ended', span, {
        status: 'ok',
        usage: usage(12, 11),
        cost: { nanoUsd: 120, basis: 'billed' },
      });
      append('usage.recorded', span, { usage: usage(7), cost: { nanoUsd: 7, basis: 'list' } });
    });
    for (const row of [
      ended.runs.get('r'),
      ended.agents.get('r/A'),
      ended.tasks.get('r/t'),
      ended.spans.get('r/s'),
    ]) {
      const { cost, usage: tokens } = row && 'totals' in row ? row.totals : row!;
      expect(cost).toMatchObject({ nanoUsd: 120, byBasis: { billed: 120 }, unknownCalls: 0 });
      expect(tokens).toMatchObject({ inputTokens: 12, outputTokens: 11 });
    }
    expect(running.runs.get('r')?.totals).toMatchObject({
      cost: { nanoUsd: 140 },
      usage: usage(10, 10),
      modelCalls: 1,
    });
    expect(ended.runs.get('r')?.totals.modelCalls).toBe(1);
  });

  it('keeps an unknown price unknown', () => {
    const { totals } = stateOf((append) => {
      append('span.started', span, { kind: 'model', name: 'm' });
      append('usage.recorded', span, { usage: usage(1), cost: { basis: 'unknown' } });
      append('usage.recorded', span, { usage: usage(1), cost: { basis: 'unknown' } });
      append('span.ended', span, { status: 'ok', usage: usage(2) });
      append('span.started', { ...span, spanId: 'tool' }, { kind: 'tool', name: 'read' });
      append('span.ended', { ...span, spanId: 'tool' }, { status: 'ok' });
      append('usage.recorded', task, { usage: usage(3) });
    }).runs.get('r')!;
    expect(totals.cost).toEqual({ nanoUsd: 0, byBasis: {}, unknownCalls: 2 });
    expect(totals.usage.inputTokens).toBe(5);
  });

  it('counts the calls of a sum that has no spans, each unknown where their price is', () => {
    const { totals } = stateOf((append) => {
      append('usage.recorded', task, {
        usage: usage(30, 9),
        cost: { nanoUsd: 70, basis: 'list' },
        calls: 3,
      });
      append('usage.recorded', task, { usage: usage(5), cost: { basis: 'unknown' }, calls: 2 });
      append('span.started', span, { kind: 'model', name: 'm' });
      append('usage.recorded', span, { usage: usage(1), calls: 4 });
    }).runs.get('r')!;
    expect(totals.modelCalls).toBe(6);
    expect(totals.cost).toEqual({ nanoUsd: 70, byBasis: { list: 70 }, unknownCalls: 2 });
  });

  it('keeps what a cancelled call is known to have cost as a lower bound', () => {
    const { totals } = stateOf((append) => {
      append('span.started', span, { kind: 'model', name: 'm' });
      append('usage.recorded', span, { usage: usage(9), cost: { nanoUsd: 90, basis: 'list' } });
      append('span.ended', span, { status: 'cancelled' });
    }).runs.get('r')!;
    expect(totals).toMatchObject({ cost: { nanoUsd: 90, unknownCalls: 1 }, usage: usage(9) });
  });

  it('adds nothing for a result that is used again', () => {
    const state = stateOf((append) => {
      append('span.started', span, { kind: 'model', name: 'm', reservedNanoUsd: 50 });
      append('span.ended', span, {
        status: 'ok',
        reused: true,
        usage: usage(9),
        cost: { nanoUsd: 9, basis: 'list' },
      });
    });
    expect(state.runs.get('r')).toMatchObject({
      reservedNanoUsd: 0,
      totals: { modelCalls: 0, cost: { nanoUsd: 0 } },
    });
    expect(state.runs.get('r')?.totals.usage.inputTokens).toBe(0);
  });

  it('puts spending, and its correction, into the bucket of the moment', () => {
    const { spend } = stateOf((append, advance) => {
      append('span.started', span, { kind: 'model', name: 'm' });
      append('usage.recorded', span, { usage: usage(1), cost: { nanoUsd: 100, basis: 'list' } });
      advance(2_500);
      append('span.ended', span, { status: 'ok', cost: { nanoUsd: 70, basis: 'list' } });
    }).runs.get('r')!;
    expect(spend).toEqual({ start: 0, stepMs: 1_000, values: [100, 0, -30] });
  });
});

describe('rows', () => {
  it('exist only when events of their own were seen', () => {
    const { events, append } = createLog();
    append('span.ended', span, { status: 'ok', cost: { nanoUsd: 5, basis: 'list' }, model: 'm' });
    append('log.written', task, { level: 'error', message: 'x' });
    const state = reduce(emptyState(), events);
    expect([state.runs.size, state.agents.size, state.tasks.size, state.spans.size]).toEqual([0, 0, 0, 1]);
  });

  it('count tasks where they are performed', () => {
    const state = stateOf((append) => {
      append('task.created', { ...agent, taskId: 'u' }, { name: 'u' });
      append('task.started', { ...agent, taskId: 'u' }, { attempt: 1 });
      append(
        'task.failed',
        { ...agent, taskId: 'u' },
        { attempt: 1, error: { code: 'X', message: 'broken' } },
      );
    });
    expect(state.runs.get('r')?.taskCounts).toMatchObject({ running: 1, failed: 1 });
    expect(state.agents.get('r/A')).toMatchObject({ runningTasks: 1, failedTasks: 1, completedTasks: 0 });
    expect(state.tasks.get('r/u')).toMatchObject({ status: 'failed', error: { message: 'broken' } });
  });

  it('forget what explained a former status', () => {
    const state = stateOf((append) => {
      append('run.paused', run, { reason: 'budget', message: 'too much', by: { id: 'me' } });
      append('run.resumed', run, {});
    });
    const { status, reason, message, by } = state.runs.get('r')!;
    expect({ status, reason, message, by }).toEqual({ status: 'running' });
  });

  it('remember an agent’s statuses', () => {
    const { transitions, status } = stateOf((append, advance) => {
      append('agent.status', agent, { status: 'active', activity: 'reading' });
      append('agent.status', agent, { status: 'active', activity: 'reading' });
      advance(5);
      append('agent.status', agent, { status: 'failed' });
      append('agent.left', agent, {});
    }).agents.get('r/A')!;
    expect(status).toBe('failed');
    expect(transitions.map((each) => [each.time, each.status])).toEqual([
      [0, 'idle'],
      [0, 'active'],
      [5, 'failed'],
    ]);
  });

  it('answer an approval once', () => {
    const state = stateOf((append) => {
      append('approval.requested', task, { approvalId: 'a', title: 'Deploy?' });
      append('approval.decided', task, { approvalId: 'a', decision: 'approve', by: { id: 'first' } });
      append('approval.decided', task, { approvalId: 'a', decision: 'reject', by: { id: 'second' } });
    });
    expect(state.approvals.get('r/a')).toMatchObject({
      status: 'decided',
      decision: 'approve',
      by: { id: 'first' },
    });
  });

  it('take a raised limit as not yet reached', () => {
    const state = stateOf((append) => {
      append('budget.set', run, {
        budgetId: 'b',
        scope: { kind: 'run' },
        unit: 'usd',
        limit: 10,
        onLimit: 'pause',
      });
      append('budget.warned', run, { budgetId: 'b', share: 0.5, spent: 5, limit: 10 });
      append('budget.reached', run, { budgetId: 'b', action: 'pause', spent: 9, limit: 10 });
      append('budget.raised', run, { budgetId: 'b', limit: 20 });
    });
    const budget = state.budgets.get('r/b')!;
    expect(budget).toMatchObject({ limit: 20, warned: [] });
    expect(budget.reachedAt).toBeUndefined();
    expect(
      state.runs
        .get('r')!
        .feed.slice(-4)
        .map(({ amounts }) => amounts),
    ).toEqual([
      { limit: 10, unit: 'usd' },
      { spent: 5, limit: 10, unit: 'usd' },
      { spent: 9, limit: 10, unit: 'usd' },
      { limit: 20, unit: 'usd' },
    ]);
  });

  it('let a whole message replace its deltas', () => {
    const write = (append: Append): void => {
      append('message.delta', task, { messageId: 'm', kind: 'thinking', text: 'hm' });
      append('message.delta', task, { messageId: 'm', kind: 'text', text: 'he' });
      append('message.delta', task, { messageId: 'm', kind: 'text', text: 'llo' });
    };
    expect(stateOf(write).messages.get('r/m')).toMatchObject({
      streaming: true,
      parts: [
        { kind: 'thinking', text: 'hm' },
        { kind: 'text', text: 'hello' },
      ],
    });
    const whole = stateOf((append) => {
      write(append);
      append('message.appended', task, {
        messageId: 'm',
        role: 'user',
        parts: [{ kind: 'text', text: 'hello!' }],
      });
      append('message.delta', task, { messageId: 'm', kind: 'text', text: 'late' });
    }).messages.get('r/m');
    expect(whole).toMatchObject({
      role: 'user',
      streaming: false,
      parts: [{ kind: 'text', text: 'hello!' }],
    });
  });
});

describe('bounds of a run', () => {
  it('forget the oldest spans that are over, and neither their cost nor those that still run', () => {
    const state = stateOf((append) => {
      append('span.started', { ...span, spanId: 'long' }, { kind: 'tool', name: 'long' });
      for (let i = 0; i < 20_200; i += 1) {
        append(
          'span.ended',
          { ...span, spanId: `s${i}` },
          {
            status: 'ok',
            model: 'm',
            cost: { nanoUsd: 1, basis: 'list' },
          },
        );
      }
    });
    const { spans, forgotten, totals } = state.runs.get('r')!;
    expect(spans.length).toBeLessThanOrEqual(20_000);
    expect(spans.length + forgotten.spans).toBe(20_201);
    expect(state.spans.size).toBe(spans.length);
    expect(spans.slice(0).every((key) => state.spans.has(key))).toBe(true);
    expect(state.spans.has('r/long')).toBe(true);
    expect(state.spans.has('r/s0')).toBe(false);
    expect(totals.cost.nanoUsd).toBe(20_200);
  });

  it('forget running spans only when all run, and count them once when they end after all', () => {
    const state = stateOf((append) => {
      for (let i = 0; i <= 20_000; i += 1) {
        append(
          'span.started',
          { ...span, spanId: `s${i}` },
          { kind: 'model', name: 'm', reservedNanoUsd: 1 },
        );
      }
      append(
        'usage.recorded',
        { ...span, spanId: 's0' },
        { usage: usage(1), cost: { nanoUsd: 5, basis: 'list' } },
      );
      append('span.ended', { ...span, spanId: 's0' }, { status: 'ok', cost: { nanoUsd: 9, basis: 'list' } });
    });
    const { totals, spans, reservedNanoUsd } = state.runs.get('r')!;
    expect(totals.cost.nanoUsd).toBe(9);
    expect(totals.modelCalls).toBe(spans.length);
    expect(reservedNanoUsd).toBe(spans.length - 1);
  });

  it('hold for the feed, transitions, messages and checkpoints', () => {
    const state = stateOf((append) => {
      for (let i = 0; i < 700; i += 1) {
        append('file.read', task, { path: `f${i}` });
        append('agent.status', agent, { status: i % 2 ? 'active' : 'idle', activity: String(i) });
        append('message.appended', task, { messageId: `m${i}`, role: 'user', parts: [] });
        append('checkpoint.saved', run, { checkpointId: `c${i}`, version: i });
      }
      append('checkpoint.pruned', run, { belowVersion: 690 });
    });
    const { feed, messages, forgotten, checkpoints } = state.runs.get('r')!;
    expect(feed.length).toBe(200);
    expect(feed.at(-1)?.subject).toBe('f699');
    expect(messages.length).toBeLessThanOrEqual(500);
    expect(messages.length + forgotten.messages).toBe(700);
    expect(state.agents.get('r/A')?.transitions.length).toBe(500);
    expect(checkpoints.map(({ version }) => version)).toEqual([
      690, 691, 692, 693, 694, 695, 696, 697, 698, 699,
    ]);
  });
});

describe('the feed', () => {
  it('holds what a person wants to read', () => {
    const { feed } = stateOf((append) => {
      append('task.progress', task, { done: 1 });
      append('agent.heartbeat', agent, {});
      append('message.delta', task, { messageId: 'm', kind: 'text', text: 'x' });
      append('log.written', task, { level: 'info', message: 'calm' });
      append('log.written', task, { level: 'warn', message: 'careful' });
      append('span.ended', span, { status: 'error', error: { code: 'X', message: 'broken' } });
      append('system.dropped', run, {
        counts: { 'message.delta': 4, 'log.written': 1 },
        reason: 'queue-full',
      });
    }).runs.get('r')!;
    expect(
      feed.slice(5).map(({ type, subject, detail, severity }) => [type, subject, detail, severity]),
    ).toEqual([
      ['log.written', undefined, 'careful', 'warning'],
      ['span.ended', 'custom', 'broken', 'error'],
      ['system.dropped', '5', 'queue-full', 'warning'],
    ]);
  });
});

describe('the positions of a run', () => {
  it('reach from its first to its newest event, whatever other runs do', () => {
    const { events, append } = createLog(0);
    append('run.created', { runId: 'other' }, { name: 'other' });
    append('run.created', run, { name: 'review' });
    append('run.labelled', { runId: 'other' }, { labels: {} });
    append('agent.heartbeat', agent, {});
    append('run.labelled', { runId: 'other' }, { labels: {} });
    const [first, ...rest] = events;
    const state = reduce(reduce(emptyState(), [first!]), rest);
    expect(state.runs.get('r')).toMatchObject({ firstSeq: 2, lastSeq: 4 });
    expect(state.runs.get('other')).toMatchObject({ firstSeq: 1, lastSeq: 5 });
  });
});

describe('drops', () => {
  it('are counted for the run that they concern, otherwise for the fleet', () => {
    const state = stateOf((append) => {
      append('system.dropped', run, { counts: { 'log.written': 2 }, reason: 'queue-full' });
      append('system.dropped', {}, { counts: { 'log.written': 3 }, reason: 'queue-full' });
    });
    expect(state.runs.get('r')?.dropped).toEqual({ 'log.written': 2 });
    expect(state.dropped).toEqual({ 'log.written': 3 });
  });
});

describe('merged events', () => {
  it('fold as what they stand for', () => {
    const { events, append } = createLog(0);
    append('run.created', run, { name: 'x' });
    append('agent.joined', agent, { name: 'A' });
    append('task.created', task, { name: 't' });
    append('span.started', span, { kind: 'model', name: 'm' });
    const pairs = [
      append('usage.recorded', span, { usage: usage(1), cost: { nanoUsd: 1, basis: 'list' } }),
      append('usage.recorded', span, { usage: usage(2), cost: { nanoUsd: 2, basis: 'list' } }),
      append('message.delta', task, { messageId: 'm', kind: 'text', text: 'a' }),
      append('message.delta', task, { messageId: 'm', kind: 'text', text: 'b' }),
      append('task.progress', task, { done: 1 }),
      append('task.progress', task, { done: 2 }),
    ];
    const merged: FleetEvent[] = events.slice(0, 4);
    for (let i = 0; i < pairs.length; i += 2) {
      const [a, b] = [pairs[i]!, pairs[i + 1]!];
      merged.push({ ...mergeEvents(a, b)!, covers: [a.seq, b.seq] });
    }
    expect(reduce(emptyState(), merged)).toEqual(reduce(emptyState(), events));
  });
});

describe('every known type', () => {
  it('is accepted with empty data, alone and inside a run', () => {
    for (const scope of [{}, span]) {
      const events = EVENT_TYPES.map((type, i) => ({ v: 1, seq: i + 1, time: i, type, ...scope, data: {} }));
      expect(reduce(emptyState(), events).seq).toBe(EVENT_TYPES.length);
    }
  });
});
