import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FleetEvent } from '../protocol/event.js';
import { hostileEvents, legalLogs } from '../testing/arbitraries.js';
import type { AlertEvent } from './alert-book.js';
import { createAlertEngine } from './alert-engine.js';
import type { AlertRules } from './alert-rules.js';

const ALL: AlertRules = {
  costSpike: { minutes: 1, leastUsd: 0 },
  costAnomaly: { minutes: 1, leastUsd: 0, sigma: 1 },
  stuckAgent: { afterMs: 20_000 },
  failurePattern: { failures: 2, withinMs: 30_000 },
  agentCost: { usd: 0.001 },
};
const TIMES = { minRaisedMs: 30_000, minQuietMs: 10_000 };
const PERIOD = TIMES.minRaisedMs + TIMES.minQuietMs;

type Step = { readonly passMs: number; readonly event?: Omit<FleetEvent, 'seq' | 'time'> };

const scope = fc.record({ runId: fc.constantFrom('r1', 'r2'), agentId: fc.constantFrom('A', 'B') });
const error = { code: 'E', message: 'm' };

/** Events that the rules look at, as they come when everything goes up and down at once. */
const noise = fc.oneof(
  fc.record({ type: fc.constant('context.measured'), used: fc.nat(1_000) }),
  fc.record({ type: fc.constant('usage.recorded'), used: fc.nat(50_000_000) }),
  fc.record({ type: fc.constant('agent.status'), used: fc.nat(3) }),
  fc.record({ type: fc.constantFrom('task.failed', 'task.completed', 'budget.warned'), used: fc.nat(3) }),
  fc.record({
    type: fc.constantFrom('budget.reached', 'budget.raised', 'agent.heartbeat'),
    used: fc.constant(1),
  }),
);

const dataOf = (type: string, used: number): FleetEvent['data'] => {
  switch (type) {
    case 'context.measured':
      return { usedTokens: used, limitTokens: 1_000 };
    case 'usage.recorded':
      return {
        usage: { inputTokens: 1, outputTokens: 1 },
        cost: used % 7 === 0 ? { basis: 'unknown' } : { nanoUsd: used, basis: 'list' },
      };
    case 'agent.status':
      return { status: ['active', 'idle', 'active', 'waiting'][used] };
    case 'task.failed':
      return { attempt: 1, error };
    case 'budget.warned':
      return { budgetId: 'b', share: used / 4, spent: used, limit: 4 };
    case 'budget.reached':
      return { budgetId: 'b', action: 'stop', spent: 4, limit: 4 };
    case 'budget.raised':
      return { budgetId: 'b', limit: 8 };
    default:
      return {};
  }
};

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc
    .tuple(scope, noise, fc.oneof(fc.nat(5_000), fc.nat(90_000)), fc.nat(9))
    .map(([own, { type, used }, passMs, tick]): Step =>
      tick === 0 ? { passMs } : { passMs, event: { v: 1, ...own, type, data: dataOf(type, used) } },
    ),
  { maxLength: 200, size: 'max' },
);

interface Played {
  /** The log with the alerts in it. */
  readonly log: readonly FleetEvent[];
  readonly alerts: readonly AlertEvent[];
  readonly end: number;
}

/** Lets an engine see a stream whose alerts are appended `delay` events after they were asked for. */
function play(stream: readonly Step[], delay = 0): Played {
  const engine = createAlertEngine(ALL, TIMES);
  const log: FleetEvent[] = [];
  const alerts: AlertEvent[] = [];
  let now = Date.UTC(2026, 0, 1);
  const waiting: AlertEvent[] = [];
  const ask = (events: readonly AlertEvent[]): void => {
    alerts.push(...events);
    waiting.push(...events);
  };
  const append = (event: Omit<FleetEvent, 'seq'>): void => {
    const stored = { ...event, seq: log.length + 1 };
    log.push(stored);
    ask(engine.next(stored));
  };
  const appendAlerts = (most: number): void => {
    for (const event of waiting.splice(0, most)) append({ v: 1, ...event, data: { ...event.data } });
  };
  for (const { passMs, event } of stream) {
    now += passMs;
    if (event) append({ ...event, time: now });
    else ask(engine.tick(now));
    if (delay === 0 || log.length % delay === 0) appendAlerts(Infinity);
  }
  appendAlerts(Infinity);
  return { log, alerts, end: now };
}

/** What an alert is about: its id without the position. */
const subjectOf = ({ runId, data }: AlertEvent): string =>
  `${runId}/${data.alertId.slice(0, data.alertId.lastIndexOf(':'))}`;

function bySubject(alerts: readonly AlertEvent[]): readonly AlertEvent[][] {
  const groups = new Map<string, AlertEvent[]>();
  for (const event of alerts) {
    const key = subjectOf(event);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups.values()];
}

/** What an engine that reads a log asks for and the log does not hold. */
function missingIn(log: readonly FleetEvent[], end: number): readonly AlertEvent[] {
  const engine = createAlertEngine(ALL, TIMES);
  const held = new Set(log.map(({ id }) => id));
  const asked = [...log.flatMap((event) => [...engine.next(event)]), ...engine.tick(end)];
  return asked.filter(({ id }) => !held.has(id));
}

describe('alerts of any stream', () => {
  it('are raised and resolved in turns, never within their times, and so only so often', () => {
    let seen = 0;
    fc.assert(
      fc.property(steps, fc.constantFrom(0, 3, 20), (stream, delay) => {
        const { alerts, end } = play(stream, delay);
        for (const group of bySubject(alerts)) {
          seen += group.length;
          group.forEach(({ type, time, data }, index) => {
            const before = group[index - 1];
            const isRaised = index % 2 === 0;
            expect(type).toBe(isRaised ? 'alert.raised' : 'alert.resolved');
            if (!before) return;
            const least = isRaised ? TIMES.minQuietMs : TIMES.minRaisedMs;
            expect(time - before.time).toBeGreaterThanOrEqual(least);
            if (!isRaised) expect(data.alertId).toBe(before.data.alertId);
          });
          const span = end - (group[0]?.time ?? end);
          expect(group.length).toBeLessThanOrEqual(2 * (Math.floor(span / PERIOD) + 1));
        }
        const ids = alerts.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 300 },
    );
    // The streams do what they are meant to.
    expect(seen).toBeGreaterThan(1_000);
  });

  it('follow again from the log that holds them', () => {
    fc.assert(
      fc.property(steps, (stream) => {
        const { log, end } = play(stream);
        expect(missingIn(log, end)).toEqual([]);
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });

  it('all end when their runs do', () => {
    fc.assert(
      fc.property(steps, (stream) => {
        const ends: Step[] = ['r1', 'r2'].map((runId) => ({
          passMs: 0,
          event: { v: 1, runId, type: 'run.failed', data: { error } },
        }));
        const { alerts } = play([...stream, ...ends, { passMs: PERIOD }]);
        for (const group of bySubject(alerts)) expect(group.at(-1)?.type).toBe('alert.resolved');
      }),
      { numRuns: 100 },
    );
  });

  it('never throw, whatever the events are', () => {
    fc.assert(
      fc.property(fc.array(hostileEvents(fc), { maxLength: 40 }), (events) => {
        const engine = createAlertEngine(ALL, TIMES);
        for (const event of events) {
          if (typeof event === 'object' && event !== null) engine.next(event as FleetEvent);
        }
        engine.tick(9e15);
      }),
      { numRuns: 300 },
    );
  });

  it('hold little memory: no more is remembered than was allowed', () => {
    fc.assert(
      fc.property(legalLogs(fc, { runs: 6 }), (log) => {
        const engine = createAlertEngine(ALL, { ...TIMES, subjects: 2, open: 3 });
        for (const event of log) {
          engine.next(event);
          expect(engine.stats.open).toBeLessThanOrEqual(3);
        }
      }),
      { numRuns: 100 },
    );
  });
});
