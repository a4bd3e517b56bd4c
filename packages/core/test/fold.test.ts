import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCost, ZERO_COST } from '../src/model/cost.js';
import type { CostTotals } from '../src/model/cost.js';
import { isFleetglassError } from '../src/errors/fleetglass-error.js';
import type { Json } from '../src/lib/json.js';
import { pick } from '../src/projection/pick.js';
import { emptyState, reduce } from '../src/projection/reduce.js';
import { decodeState, encodeState } from '../src/projection/state-codec.js';
import type { FleetState, RunState, Totals } from '../src/projection/state.js';
import { EVENT_TYPES } from '../src/protocol/event.js';
import type { FleetEvent } from '../src/protocol/event.js';
import { compileFilter } from '../src/protocol/filter.js';
import type { Filter } from '../src/protocol/filter.js';
import { legalLogs } from '../src/testing/arbitraries.js';

const fold = (events: readonly FleetEvent[]): FleetState => reduce(emptyState(), events);
const json = (state: FleetState): Json => JSON.parse(JSON.stringify(encodeState(state))) as Json;
const each = (events: readonly FleetEvent[]): FleetState =>
  events.reduce((state, event) => reduce(state, [event]), emptyState());

const logs = legalLogs(fc);

/** A log and a place to cut it. */
const cutLog = logs.chain((events) => fc.tuple(fc.constant(events), fc.nat(events.length)));

describe('the fold', () => {
  it('gives the same state in one batch and event by event', () => {
    fc.assert(
      fc.property(logs, (events) => {
        expect(json(each(events))).toEqual(json(fold(events)));
      }),
    );
  });

  it('goes on from a stored state as from the one that was stored', () => {
    fc.assert(
      fc.property(cutLog, ([events, cut]) => {
        const stored = decodeState(json(fold(events.slice(0, cut))));
        expect(json(stored)).toEqual(json(fold(events.slice(0, cut))));
        expect(json(reduce(stored, events.slice(cut)))).toEqual(json(fold(events)));
      }),
    );
  });

  it('never changes a state that it was given, nor lets two continuations disturb each other', () => {
    fc.assert(
      fc.property(cutLog, logs, ([events, cut], others) => {
        const base = fold(events.slice(0, cut));
        const before = JSON.stringify(json(base));
        const foreign = others.map((event, i) => ({ ...event, seq: cut + i + 1 }));
        const one = reduce(base, events.slice(cut));
        const oneBefore = JSON.stringify(json(one));
        const other = reduce(base, foreign);
        expect(JSON.stringify(json(base))).toBe(before);
        expect(JSON.stringify(json(one))).toBe(oneBefore);
        expect(json(other)).toEqual(json(fold([...events.slice(0, cut), ...foreign])));
        for (const key of one.spans.ids()) expect(one.spans.get(key)?.key).toBe(key);
      }),
    );
  });

  it('ignores events that it has folded already', () => {
    fc.assert(
      fc.property(cutLog, ([events, cut]) => {
        const state = fold(events);
        expect(reduce(state, events.slice(cut))).toBe(state);
      }),
    );
  });

  it('picks for a filter what folding the selected events gives', () => {
    /** Some of the scope of one of the events. */
    const filterOf = (
      events: readonly FleetEvent[],
      which: number,
      fields: readonly (keyof Filter)[],
    ): Filter => {
      const event: Readonly<Record<string, unknown>> = { ...events[which % Math.max(1, events.length)] };
      return Object.fromEntries(fields.filter((name) => name in event).map((name) => [name, event[name]]));
    };
    const fields = fc.subarray(['runId', 'threadId', 'agentId', 'taskId'] as const, { minLength: 1 });
    fc.assert(
      fc.property(logs, fc.nat(), fields, (events, which, names) => {
        const wanted = filterOf(events, which, names);
        const all = fold(events);
        const part = fold(events.filter(compileFilter(wanted)));
        expect(json({ ...part, seq: all.seq, time: all.time })).toEqual(json(pick(all, wanted)));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the totals of a run, agent and task equal to the sum over their spans', () => {
    fc.assert(
      fc.property(logs, (log) => {
        // What is recorded without a span has no span to be found in.
        const events = log.filter((event) => event.type !== 'usage.recorded' || event.spanId !== undefined);
        const state = fold(events);
        const spans = [...state.spans.values()].filter((span) => !span.reused);
        const check = (totals: Totals, of: typeof spans): void => {
          const cost = of.map((span) => span.cost);
          expect(totals.cost.nanoUsd).toBe(cost.reduce((sum, part) => sum + part.nanoUsd, 0));
          expect(totals.cost.unknownCalls).toBe(cost.reduce((sum, part) => sum + part.unknownCalls, 0));
          expect(totals.usage.inputTokens).toBe(of.reduce((sum, { usage }) => sum + usage.inputTokens, 0));
          expect(totals.modelCalls).toBe(of.filter((span) => span.kind === 'model').length);
          expect(totals.toolCalls).toBe(of.filter((span) => span.kind === 'tool').length);
        };
        for (const run of state.runs.values()) {
          const own = spans.filter((span) => span.runId === run.id);
          check(run.totals, own);
          expect(run.spend.values.reduce((sum, value) => sum + value, 0)).toBe(run.totals.cost.nanoUsd);
          const running = own.filter((span) => span.status === 'running');
          expect(run.reservedNanoUsd).toBe(
            running.reduce((sum, span) => sum + (span.reservedNanoUsd ?? 0), 0),
          );
          expect(Object.values(run.taskCounts).reduce((sum, count) => sum + count, 0)).toBe(run.tasks.length);
        }
        for (const agent of state.agents.values()) {
          check(
            agent.totals,
            spans.filter((span) => span.runId === agent.runId && span.agentId === agent.id),
          );
        }
        for (const task of state.tasks.values()) {
          check(
            task.totals,
            spans.filter((span) => span.runId === task.runId && span.taskId === task.id),
          );
        }
      }),
    );
  });

  it('sums costs as the model does', () => {
    fc.assert(
      fc.property(logs, (events) => {
        const ended = events.filter(
          ({ type, data }) => type === 'span.ended' && !data['reused'] && data['cost'],
        );
        const expected = ended.reduce<CostTotals>(
          (sum, { data }) => addCost(sum, data['cost'] as never),
          ZERO_COST,
        );
        const state = fold(ended.map((event, i) => ({ ...event, seq: i + 1 })));
        const spent = [...state.spans.values()].reduce((sum, { cost }) => sum + cost.nanoUsd, 0);
        expect(spent).toBe(expected.nanoUsd);
      }),
    );
  });

  it('survives anything as data and as scope', () => {
    const hostile = fc.record(
      {
        seq: fc.integer({ min: 1, max: 1_000 }),
        time: fc.oneof(fc.integer(), fc.double(), fc.constant('now')),
        type: fc.oneof(
          fc.constantFrom(...EVENT_TYPES),
          fc.string(),
          fc.constantFrom('constructor', '__proto__'),
        ),
        runId: fc.oneof(fc.constantFrom('r', '__proto__'), fc.anything()),
        agentId: fc.oneof(fc.constantFrom('a', 'constructor'), fc.anything()),
        taskId: fc.oneof(fc.constant('t'), fc.anything()),
        spanId: fc.oneof(fc.constant('s'), fc.anything()),
        data: fc.oneof(
          fc.anything(),
          fc.dictionary(
            fc.constantFrom(
              ...['name', 'status', 'kind', 'usage', 'cost', 'labels', 'facts', 'budgetId', 'limit', 'scope'],
              ...[
                'messageId',
                'parts',
                'text',
                'counts',
                'from',
                'to',
                'error',
                'by',
                'graph',
                'share',
                'alertId',
              ],
              ...[
                'approvalId',
                'options',
                'checkpointId',
                'belowVersion',
                'done',
                'reservedNanoUsd',
                'attempt',
              ],
            ),
            fc.oneof(
              fc.anything(),
              fc.constantFrom('x', 1, -1, Number.MAX_VALUE, Number.NaN, '__proto__'),
              fc.constant({ inputTokens: -5, nanoUsd: 1e300, basis: 'list', kind: 'inline' }),
            ),
          ),
        ),
      },
      { requiredKeys: ['seq', 'type'] },
    );
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 30 }), (drafts) => {
        const events = drafts.map((draft, i) => ({ v: 1, ...draft, seq: i + 1 })) as unknown as FleetEvent[];
        const state = fold(events);
        expect(state.seq).toBe(events.length);
        for (const run of state.runs.values()) {
          expect(Number.isFinite(run.totals.cost.nanoUsd)).toBe(true);
          expect(Number.isFinite(run.totals.usage.inputTokens)).toBe(true);
          expect(run.spend.values.length).toBeLessThanOrEqual(512);
        }
        expect(({} as Record<string, unknown>)['x']).toBeUndefined();
        decodeState(json(state));
      }),
      { numRuns: 500 },
    );
  });

  it('survives anything as a stored state', () => {
    const mutated = logs.chain((events) => {
      const stored = json(fold(events)) as Record<string, Json>;
      return fc
        .dictionary(fc.constantFrom(...Object.keys(stored)), fc.jsonValue() as fc.Arbitrary<Json>)
        .map((changes) => ({ ...stored, ...changes }));
    });
    const deep = fc
      .tuple(logs, fc.array(fc.nat(30), { maxLength: 5 }), fc.jsonValue())
      .map(([events, path, value]) => {
        const stored = json(fold(events));
        let at = stored as Record<string, unknown>;
        for (const turn of path) {
          const keys = Object.keys(at).filter((key) => key !== 'stateVersion');
          const key = keys[turn % Math.max(1, keys.length)];
          if (key === undefined) break;
          const next = at[key];
          if (typeof next !== 'object' || next === null || turn === path.at(-1)) {
            at[key] = value;
            break;
          }
          at = next as Record<string, unknown>;
        }
        return stored;
      });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mutated, deep), logs, (stored, events) => {
        let state: FleetState;
        try {
          state = decodeState(stored as Json);
        } catch (error) {
          expect(isFleetglassError(error, 'UNSUPPORTED_VERSION')).toBe(true);
          return;
        }
        const next = reduce(
          state,
          events.map((event) => ({ ...event, seq: event.seq + state.seq })),
        );
        expect(() => encodeState(next)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the identity of everything that a batch does not touch', () => {
    fc.assert(
      fc.property(logs, (events) => {
        const state = fold(events);
        const last = { v: 1, seq: state.seq + 1, time: state.time, type: 'run.labelled', runId: 'run-0' };
        const next = reduce(state, [{ ...last, data: { labels: { x: 'y' } } }]);
        expect(next.spans).toBe(state.spans);
        expect(next.tasks).toBe(state.tasks);
        expect(next.runs.get('run-1')).toBe(state.runs.get('run-1'));
        const [before, after] = [state.runs.get('run-0'), next.runs.get('run-0')];
        if (!before || !after) return;
        expect(after).not.toBe(before);
        const same: (keyof RunState)[] = ['totals', 'feed', 'spend', 'spans', 'edges', 'taskCounts'];
        for (const part of same) expect(after[part]).toBe(before[part]);
        expect(next.runs.ids()).toBe(state.runs.ids());
      }),
    );
  });
});
