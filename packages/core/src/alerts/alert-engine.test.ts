import { describe, expect, it } from 'vitest';
import { isFleetglassError } from '../errors/fleetglass-error.js';
import type { AlertRaisedData } from '../protocol/events/control.js';
import type { EventDataMap, EventScope, EventType } from '../protocol/event.js';
import { createLog } from '../testing/log-builder.js';
import type { AlertEvent } from './alert-book.js';
import { createAlertEngine } from './alert-engine.js';
import type { AlertEngineOptions } from './alert-engine.js';
import type { AlertRules } from './alert-rules.js';

const OFF: AlertRules = { budget: false, context: false, costAnomaly: false };
const MINUTE = 60_000;
const USD = 1_000_000_000;
const run: EventScope = { runId: 'r', threadId: 't' };
const agent: EventScope = { ...run, agentId: 'A' };

/** An engine with the log that it sees; what it asks for is appended at once. */
function setUp(rules?: AlertRules, options?: AlertEngineOptions) {
  const engine = createAlertEngine(rules, options);
  const log = createLog();
  const alerts: AlertEvent[] = [];
  let skipped = 0;
  const take = (events: readonly AlertEvent[]): void => {
    for (const event of events) {
      alerts.push(event);
      const { type, id, data, runId, threadId, agentId } = event;
      const scope = {
        ...(runId === undefined ? {} : { runId }),
        ...(threadId === undefined ? {} : { threadId }),
        ...(agentId === undefined ? {} : { agentId }),
      };
      const stored = log.append(type, scope, data);
      take(engine.next(Object.assign(stored, { id })));
    }
  };
  return {
    engine,
    log,
    alerts,
    event<T extends EventType>(type: T, scope: EventScope, data: EventDataMap[T]): void {
      take(engine.next(log.append(type, scope, data)));
    },
    /** Time passes, and the engine is told. */
    pass(ms: number): void {
      log.advance(ms);
      skipped += ms;
      take(engine.tick(Date.UTC(2026, 0, 1) + skipped));
    },
    get raised(): AlertRaisedData[] {
      return alerts.filter(({ type }) => type === 'alert.raised').map(({ data }) => data as AlertRaisedData);
    },
    get kinds(): string[] {
      return alerts.map(({ type }) => type.slice('alert.'.length));
    },
  };
}

type Bench = ReturnType<typeof setUp>;

let spans = 0;
function spend({ event }: Bench, nanoUsd: number | undefined, scope = agent): void {
  spans += 1;
  const own = { ...scope, spanId: `s${spans}` };
  event('span.started', own, { kind: 'model', name: 'opus' });
  const cost = nanoUsd === undefined ? undefined : ({ nanoUsd: Math.round(nanoUsd), basis: 'list' } as const);
  event('span.ended', own, { status: 'ok', ...(cost ? { cost } : {}) });
}

/** Minutes that cost 4 cents each. */
function usual(bench: Bench, minutes: number): void {
  for (let i = 0; i < minutes; i += 1) {
    spend(bench, 0.04 * USD);
    bench.pass(MINUTE);
  }
}

describe('the rules', () => {
  it('watch budgets, contexts and cost anomalies, and nothing else unless asked', () => {
    const bench = setUp();
    bench.event('budget.set', run, {
      budgetId: 'run',
      scope: { kind: 'run' },
      unit: 'usd',
      limit: 0.5 * USD,
      onLimit: 'stop',
    });
    bench.event('budget.warned', run, { budgetId: 'run', share: 0.8, spent: 0.4 * USD, limit: 0.5 * USD });
    bench.event('context.measured', agent, { usedTokens: 90, limitTokens: 100 });
    bench.event('agent.status', agent, { status: 'active' });
    for (let i = 0; i < 5; i += 1)
      bench.event('task.failed', agent, { attempt: 1, error: { code: 'X', message: '' } });
    usual(bench, 6);
    spend(bench, 100 * USD);
    bench.pass(11 * MINUTE);
    expect(bench.raised.map(({ rule }) => rule)).toEqual(['budget', 'context-window', 'cost-anomaly']);
  });

  it.each([
    [{ context: { above: 1.2 } }, 'context.above'],
    [{ context: { over: 0.5 } }, "'over'"],
    [{ stuckAgent: { afterMs: Number.NaN } }, 'stuckAgent.afterMs'],
    [{ failurePattern: { failures: 2.5 } }, 'whole number'],
    [{ costSpike: { of: 'thread' } }, 'costSpike.of'],
    [{ costSpike: 3 }, 'costSpike'],
    [{ everything: true }, "'everything'"],
  ])('refuse %j and name the field', (rules, named) => {
    const make = (): unknown => createAlertEngine(rules as unknown as AlertRules);
    expect(make).toThrow(named);
    try {
      make();
    } catch (error) {
      expect(isFleetglassError(error, 'BAD_INPUT')).toBe(true);
    }
  });
});

describe('context window', () => {
  it('is raised above 80 %, stays between, and is resolved below 70 %', () => {
    const bench = setUp();
    const measure = (usedTokens: number): void =>
      bench.event('context.measured', agent, { usedTokens, limitTokens: 1_000 });
    measure(800);
    expect(bench.kinds).toEqual([]);
    measure(801);
    measure(950);
    expect(bench.raised).toEqual([
      {
        alertId: 'context-window:A:2',
        rule: 'context-window',
        severity: 'warning',
        message: 'The context window of A is 80 % full: 801 of 1000 tokens.',
        details: { usedTokens: 801, limitTokens: 1_000 },
      },
    ]);
    expect(bench.alerts[0]).toMatchObject(agent);
    bench.pass(2 * MINUTE);
    measure(750);
    expect(bench.kinds).toEqual(['raised']);
    measure(600);
    expect(bench.kinds).toEqual(['raised', 'resolved']);
  });

  it('is not resolved within its minimum time, and then by time alone', () => {
    const bench = setUp();
    bench.event('context.measured', agent, { usedTokens: 9, limitTokens: 10 });
    bench.event('context.measured', agent, { usedTokens: 1, limitTokens: 10 });
    bench.pass(MINUTE - 1);
    expect(bench.kinds).toEqual(['raised']);
    bench.pass(1);
    expect(bench.kinds).toEqual(['raised', 'resolved']);
    bench.event('context.measured', agent, { usedTokens: 9, limitTokens: 10 });
    expect(bench.engine.stats.open).toBe(0);
    bench.pass(MINUTE);
    expect(bench.kinds).toEqual(['raised', 'resolved', 'raised']);
    expect(new Set(bench.raised.map(({ alertId }) => alertId)).size).toBe(2);
  });
});

describe('cost of a minute', () => {
  it('is an anomaly with its numbers in words', () => {
    const bench = setUp();
    usual(bench, 10);
    spend(bench, 0.02 * USD);
    expect(bench.kinds).toEqual([]);
    spend(bench, 0.0328 * USD);
    expect(bench.raised).toMatchObject([
      {
        rule: 'cost-anomaly',
        message: 'This run cost $0.053 within a minute: 3.2 sigma above $0.04/min.',
        details: { nanoUsdPerMinute: 52_800_000, usualNanoUsdPerMinute: 40_000_000, unknownCalls: 0 },
      },
    ]);
    bench.pass(MINUTE);
    expect(bench.kinds).toEqual(['raised']);
    bench.pass(MINUTE);
    expect(bench.kinds).toEqual(['raised', 'resolved']);
  });

  it('is judged only after enough minutes, and not below the least amount', () => {
    const early = setUp();
    usual(early, 4);
    spend(early, 10 * USD);
    expect(early.kinds).toEqual([]);
    const cheap = setUp({ costAnomaly: { leastUsd: 0.5 } });
    usual(cheap, 10);
    spend(cheap, 0.4 * USD);
    expect(cheap.kinds).toEqual([]);
    spend(cheap, 0.4 * USD);
    expect(cheap.kinds).toEqual(['raised']);
  });

  it('is a spike above twice the usual', () => {
    const bench = setUp({ ...OFF, costSpike: true });
    usual(bench, 6);
    spend(bench, 0.08 * USD);
    expect(bench.kinds).toEqual([]);
    spend(bench, 0.02 * USD);
    expect(bench.raised[0]?.message).toBe(
      'This run cost $0.10 within a minute: 2.5 times the usual $0.04/min.',
    );
  });

  it('says that calls without a price are missing, and neither calms down nor learns from them', () => {
    const bench = setUp({ ...OFF, costSpike: true });
    usual(bench, 6);
    spend(bench, undefined);
    spend(bench, 0.2 * USD);
    expect(bench.raised[0]?.message).toBe(
      'This run cost at least $0.20 within a minute: 5.0 times the usual $0.04/min. It is a lower bound: 1 call without a known price is not in it.',
    );
    bench.pass(MINUTE);
    for (let i = 0; i < 3; i += 1) {
      spend(bench, undefined);
      bench.pass(MINUTE);
    }
    expect(bench.kinds).toEqual(['raised']);
    bench.pass(MINUTE);
    expect(bench.kinds).toEqual(['raised', 'resolved']);
    spend(bench, 0.081 * USD);
    bench.pass(MINUTE);
    expect(bench.raised[1]?.message).toContain('the usual $0.04/min');
  });

  it('gets used to a lasting change', () => {
    const bench = setUp();
    usual(bench, 10);
    for (let i = 0; i < 30; i += 1) {
      spend(bench, 0.4 * USD);
      bench.pass(MINUTE);
    }
    expect(bench.kinds).toEqual(['raised', 'resolved']);
  });

  it('counts provisional amounts once, and a reused call not at all', () => {
    const bench = setUp({ ...OFF, agentCost: { usd: 1 } });
    const own = { ...agent, spanId: 'x' };
    bench.event('span.started', own, { kind: 'model', name: 'opus' });
    const usage = { inputTokens: 1, outputTokens: 1 };
    bench.event('usage.recorded', own, { usage, cost: { nanoUsd: 0.6 * USD, basis: 'list' } });
    const end = { status: 'ok', cost: { nanoUsd: 0.7 * USD, basis: 'list' } } as const;
    bench.event('span.ended', own, end);
    bench.event('span.ended', own, end);
    bench.event('usage.recorded', own, { usage, cost: { nanoUsd: 0.6 * USD, basis: 'list' } });
    bench.event('span.ended', { ...agent, spanId: 'y' }, { ...end, model: 'opus', reused: true });
    expect(bench.kinds).toEqual([]);
    bench.event('usage.recorded', agent, { usage, cost: { nanoUsd: 0.31 * USD, basis: 'simulated' } });
    expect(bench.raised[0]?.message).toBe('A has cost $1.01, more than $1.00. The cost is simulated.');
  });

  it('of all runs together can be watched', () => {
    const bench = setUp({ ...OFF, costSpike: { of: 'fleet' } });
    for (let i = 0; i < 6; i += 1) {
      spend(bench, 0.04 * USD, { runId: `run-${i}`, agentId: 'A' });
      bench.pass(MINUTE);
    }
    spend(bench, 0.09 * USD, { runId: 'another', agentId: 'A' });
    expect(bench.raised[0]?.message).toContain('All runs together');
    expect(bench.alerts[0]?.runId).toBeUndefined();
  });
});

describe('stuck agent', () => {
  const rules: AlertRules = { ...OFF, stuckAgent: true };

  it('is one that works and shows no sign of it for 10 min', () => {
    const bench = setUp(rules);
    bench.event('agent.status', agent, { status: 'active' });
    bench.pass(9 * MINUTE);
    bench.event('agent.heartbeat', agent, {});
    bench.pass(10 * MINUTE - 1);
    expect(bench.kinds).toEqual([]);
    bench.pass(1);
    expect(bench.raised[0]?.message).toBe(
      'A works and has made no progress for 10 min; the last was agent.heartbeat.',
    );
    expect(bench.raised[0]?.alertId).toBe('stuck-agent:A:2');
    bench.pass(60 * MINUTE);
    expect(bench.kinds).toEqual(['raised']);
    bench.event('task.progress', { ...agent, taskId: 'k' }, { done: 1 });
    expect(bench.kinds).toEqual(['raised', 'resolved']);
  });

  it.each(['idle', 'waiting', 'completed', 'failed', 'offline'] as const)('is none that is %s', (status) => {
    const bench = setUp(rules);
    bench.event('agent.status', agent, { status: 'active' });
    bench.event('agent.status', agent, { status });
    bench.pass(60 * MINUTE);
    expect(bench.kinds).toEqual([]);
  });

  it('is known by its tasks where it says nothing itself', () => {
    const bench = setUp(rules);
    bench.event('task.started', { ...agent, taskId: 'k' }, { attempt: 1 });
    bench.event('task.started', { ...run, agentId: 'B', taskId: 'l' }, { attempt: 1 });
    bench.event('task.completed', { ...run, agentId: 'B', taskId: 'l' }, {});
    bench.pass(11 * MINUTE);
    expect(bench.alerts.map(({ agentId }) => agentId)).toEqual(['A']);
  });
});

describe('failure pattern', () => {
  const rules: AlertRules = { ...OFF, failurePattern: true };
  const call = (bench: Bench, status: 'ok' | 'error' | 'cancelled', name = 'Bash'): void => {
    spans += 1;
    const own = { ...agent, spanId: `s${spans}` };
    bench.event('span.started', own, { kind: 'tool', name });
    const error = { code: 'E', message: 'no such file' };
    bench.event('span.ended', own, { status, ...(status === 'error' ? { error } : {}) });
  };

  it('is three failures of the same thing in a row', () => {
    const bench = setUp(rules);
    for (const status of ['error', 'error', 'ok', 'error', 'error', 'cancelled'] as const)
      call(bench, status);
    for (let i = 0; i < 2; i += 1) call(bench, 'error', 'Read');
    expect(bench.kinds).toEqual([]);
    call(bench, 'error');
    expect(bench.raised[0]?.message).toBe(
      'tool Bash of A failed 3 times in a row within 10 min, the last time with: no such file',
    );
    bench.pass(2 * MINUTE);
    call(bench, 'ok');
    expect(bench.kinds).toEqual(['raised', 'resolved']);
  });

  it('is none when the failures lie far apart, and over when the last one does', () => {
    const bench = setUp(rules);
    const fail = (): void =>
      bench.event('task.retrying', agent, { attempt: 1, delayMs: 1, error: { code: 'E', message: 'm' } });
    for (let i = 0; i < 3; i += 1) {
      fail();
      bench.pass(6 * MINUTE);
    }
    expect(bench.kinds).toEqual([]);
    fail();
    fail();
    bench.pass(9 * MINUTE);
    fail();
    bench.pass(10 * MINUTE - 1);
    expect(bench.kinds).toEqual(['raised']);
    bench.pass(1);
    expect(bench.kinds).toEqual(['raised', 'resolved']);
  });
});

describe('budgets', () => {
  const set = { budgetId: 'b', scope: { kind: 'run' }, unit: 'usd', limit: USD, onLimit: 'ask' } as const;

  it('alert for each threshold and the limit, and are over when the limit is raised', () => {
    const bench = setUp();
    bench.event('budget.set', run, set);
    bench.event('budget.warned', run, { budgetId: 'b', share: 0.5, spent: 0.5 * USD, limit: USD });
    bench.event('budget.warned', run, { budgetId: 'b', share: 0.9, spent: 0.91 * USD, limit: USD });
    bench.event('budget.reached', run, { budgetId: 'b', action: 'ask', spent: 0.99 * USD, limit: USD });
    expect(bench.raised.map(({ severity, message }) => [severity, message])).toEqual([
      ['info', 'Budget b has passed 50 %: $0.50 of $1.00.'],
      ['warning', 'Budget b has passed 90 %: $0.91 of $1.00.'],
      ['critical', 'Budget b is used up: $0.99 of $1.00. A person is asked.'],
    ]);
    bench.pass(2 * MINUTE);
    expect(bench.engine.stats.open).toBe(3);
    bench.event('budget.raised', run, { budgetId: 'b', limit: 2 * USD });
    expect(bench.engine.stats.open).toBe(0);
    bench.pass(2 * MINUTE);
    bench.event('budget.warned', run, { budgetId: 'b', share: 0.5, spent: USD, limit: 2 * USD });
    expect(bench.engine.stats.open).toBe(1);
  });

  it('of a day are over when the day is', () => {
    const bench = setUp();
    bench.event('budget.set', {}, { ...set, scope: { kind: 'fleet' }, period: 'day' });
    bench.pass(60 * MINUTE);
    bench.event('budget.reached', {}, { budgetId: 'b', action: 'stop', spent: USD, limit: USD });
    bench.pass(22 * 60 * MINUTE);
    expect(bench.kinds).toEqual(['raised']);
    bench.pass(60 * MINUTE);
    expect(bench.kinds).toEqual(['raised', 'resolved']);
  });
});

describe('an alert', () => {
  it('ends with its run, whose stragglers raise nothing', () => {
    const bench = setUp({ stuckAgent: true });
    bench.event('agent.status', agent, { status: 'active' });
    bench.event('context.measured', agent, { usedTokens: 9, limitTokens: 10 });
    bench.pass(5 * MINUTE);
    bench.event('run.completed', run, {});
    expect(bench.kinds).toEqual(['raised', 'resolved']);
    bench.pass(5 * MINUTE);
    bench.event('context.measured', agent, { usedTokens: 9, limitTokens: 10 });
    bench.pass(60 * MINUTE);
    expect(bench.kinds).toEqual(['raised', 'resolved']);
  });

  it('that somebody else resolved is raised again only by something new', () => {
    const bench = setUp();
    bench.event('context.measured', agent, { usedTokens: 9, limitTokens: 10 });
    bench.event('alert.resolved', agent, { alertId: bench.raised[0]?.alertId ?? '' });
    expect(bench.engine.stats.open).toBe(0);
    bench.pass(10 * MINUTE);
    expect(bench.kinds).toEqual(['raised']);
    bench.event('context.measured', agent, { usedTokens: 9, limitTokens: 10 });
    expect(bench.kinds).toEqual(['raised', 'raised']);
  });

  it('stays open when a person acknowledges it, and is found by its id', () => {
    const bench = setUp();
    bench.event('context.measured', agent, { usedTokens: 9, limitTokens: 10 });
    const alertId = bench.raised[0]?.alertId ?? '';
    bench.event('alert.acknowledged', agent, { alertId, by: { id: 'ann' } });
    expect(bench.engine.stats.open).toBe(1);
    expect(bench.engine.scopeOf('r', alertId)).toEqual(agent);
    expect(bench.engine.scopeOf('other', alertId)).toBeUndefined();
  });

  it('is not raised when too many are open, which is counted', () => {
    const bench = setUp({}, { open: 2 });
    for (const agentId of ['A', 'B', 'C', 'D'])
      bench.event('context.measured', { ...run, agentId }, { usedTokens: 9, limitTokens: 10 });
    expect(bench.engine.stats).toEqual({ open: 2, suppressed: 2 });
  });

  it('was raised when the log says, to whoever reads the log later', () => {
    const start = 1_000;
    const log = createLog(start);
    log.append('agent.status', agent, { status: 'active' });
    // The watch that saw the silence was told by a tick, and appended only after the next event.
    log.advance(630_000);
    const late = log.append('agent.heartbeat', agent, {});
    const data = {
      alertId: 'stuck-agent:A:1',
      rule: 'stuck-agent',
      severity: 'warning',
      message: '',
    } as const;
    const raised = log.append('alert.raised', agent, data);
    const stored = { ...raised, time: start + 600_000, id: 'alert/r/stuck-agent:A:1:raised' };
    const engine = createAlertEngine({ ...OFF, stuckAgent: true });
    const asked = [log.events[0], late, stored].flatMap((event) => (event ? [...engine.next(event)] : []));
    expect(asked.map(({ id }) => id)).toEqual([stored.id]);
    expect(engine.tick(start + 659_999)).toEqual([]);
    expect(engine.tick(start + 660_000)).toMatchObject([{ type: 'alert.resolved' }]);
  });

  it('does not believe a clock that is ahead', () => {
    const engine = createAlertEngine({ ...OFF, stuckAgent: true });
    const { append } = createLog(1_000);
    engine.next(append('agent.status', agent, { status: 'active' }), 1_000);
    const ahead = { ...append('log.written', run, { level: 'info', message: '' }), time: 8e15 };
    expect(engine.next(ahead, 2_000)).toEqual([]);
    expect(engine.tick(602_000)).toHaveLength(1);
  });
});
