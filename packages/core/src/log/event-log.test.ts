import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pick } from '../projection/pick.js';
import { emptyState, reduce } from '../projection/reduce.js';
import { encodeState } from '../projection/state-codec.js';
import type { FleetState } from '../projection/state.js';
import type { EventDraft, FleetEvent } from '../protocol/event.js';
import type { Filter } from '../protocol/filter.js';
import { compileFilter } from '../protocol/filter.js';
import { legalLogs } from '../testing/arbitraries.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import { createEventLog } from './event-log.js';
import { createMemoryStore } from './memory-store.js';

const copyOf = (log: readonly FleetEvent[]): EventDraft[] => log.map(({ seq: _seq, ...draft }) => draft);
const fold = (log: readonly FleetEvent[], seq: number): FleetState =>
  reduce(
    emptyState(),
    log.filter((event) => event.seq <= seq),
  );

const FILTERS: readonly Filter[] = [
  {},
  { runId: 'run-0' },
  { threadId: 'thread-0' },
  { runId: 'run-1', agentId: 'REVIEWER' },
  { taskId: 'task-0' },
];

describe('stateAt', () => {
  it('is the fold of everything up to the position, restricted to the filter', async () => {
    await fc.assert(
      fc.asyncProperty(
        legalLogs(fc),
        fc.array(fc.record({ at: fc.nat(150), filter: fc.constantFrom(...FILTERS), append: fc.nat(40) }), {
          maxLength: 8,
        }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(60),
        async (events, questions, stateEvery, before) => {
          const store = createMemoryStore();
          const rest = copyOf(events);
          await store.append(rest.splice(0, before));
          const log = createEventLog(store, { stateEvery, states: 4, clock: createSimulatedClock() });
          for (const { at, filter, append } of questions) {
            await store.append(rest.splice(0, append));
            const { seq, state } = await log.stateAt(at, filter);
            expect(seq).toBe(Math.min(at, store.head()));
            expect(encodeState(state)).toEqual(encodeState(pick(fold(events, seq), filter)));
          }
        },
      ),
    );
  });

  it('folds the selected types alone when a filter names types', async () => {
    await fc.assert(
      fc.asyncProperty(legalLogs(fc), fc.nat(100), async (events, at) => {
        const store = createMemoryStore();
        await store.append(copyOf(events));
        const filter: Filter = { types: ['run', 'agent.joined'], runId: 'run-0' };
        const { seq, state } = await createEventLog(store).stateAt(at, filter);
        const selected = events.filter(compileFilter(filter));
        expect({ ...(encodeState(state) as object), seq: 0 }).toEqual({
          ...(encodeState(fold(selected, seq)) as object),
          seq: 0,
        });
      }),
      { numRuns: 50 },
    );
  });

  const lines = (count: number): EventDraft[] =>
    Array.from({ length: count }, (_, index) => ({
      v: 1,
      time: 1 + index,
      type: index === 0 ? 'run.created' : 'log.written',
      runId: 'r',
      data: { name: 'Run', level: 'info', message: '' },
    }));

  it('serves the present after its beginning was forgotten, and says which past is gone', async () => {
    const clock = createSimulatedClock();
    const store = createMemoryStore({ retain: { events: 1_000 } });
    const log = createEventLog(store, { clock, stateEvery: 500, states: 3 });
    for (let i = 0; i < 60; i += 1) {
      await store.append(lines(1_000).slice(i === 0 ? 0 : 1));
      await clock.advance(10);
    }
    expect(log.first()).toBeGreaterThan(50_000);
    const { seq, state } = await log.stateAt(log.head(), {});
    expect(seq).toBe(store.head());
    expect(state.runs.get('r')).toMatchObject({ name: 'Run', createdAt: 1 });
    await expect(log.stateAt(10, {})).rejects.toMatchObject({ code: 'CURSOR_TOO_OLD' });
  });

  it('holds no more after a thousand runs than after ten, and still shows each of them', async () => {
    const store = createMemoryStore();
    const log = createEventLog(store, { stateEvery: 10, states: 2, retain: { runs: 3, rows: 5 } });
    const drafts = (runId: string): EventDraft[] =>
      ['run.created', 'task.created', 'approval.requested', 'run.completed'].map((type) => ({
        v: 1,
        time: 1 + store.head(),
        type,
        runId,
        ...(type.startsWith('run.') ? {} : { taskId: 't' }),
        data: { name: type, approvalId: 'a', title: 'May I?' },
      }));
    for (let i = 0; i < 1_000; i += 1) {
      await store.append(drafts(`run-${i}`));
      if (i % 100 !== 99) continue;
      const { state } = await log.stateAt(store.head(), {});
      // What ended since the last round position comes on top.
      for (const table of [state.runs, state.tasks, state.approvals])
        expect(table.size).toBeLessThanOrEqual(3 + 3);
    }
    // It comes late: the run was forgotten long ago.
    await store.append(drafts('run-5').slice(3));
    const { events } = await store.read({ from: 1, limit: 10_000 });
    for (const runId of ['run-5', 'run-500', 'run-999']) {
      for (const at of [100, 2_010, store.head()]) {
        const { state } = await log.stateAt(at, { runId });
        expect(encodeState(state)).toEqual(encodeState(pick(fold(events, at), { runId })));
      }
    }
  });

  it('forgets the same whoever asked when', async () => {
    const types = fc.constantFrom('run.created', 'task.created', 'run.completed', 'run.completed');
    const events = fc.array(fc.tuple(types, fc.nat(6)), { minLength: 30, maxLength: 90 });
    let forgotten = 0;
    await fc.assert(
      fc.asyncProperty(events, fc.array(fc.nat(90)), fc.nat(90), async (given, asked, at) => {
        const options = { stateEvery: 7, retain: { runs: 1, rows: 2 }, clock: createSimulatedClock() };
        const drafts = given.map(([type, run], index): EventDraft => {
          const runId = `run-${run}`;
          return {
            v: 1,
            time: index,
            type,
            runId,
            ...(type === 'task.created' ? { taskId: 't' } : {}),
            data: {},
          };
        });
        const [often, once] = [createMemoryStore(), createMemoryStore()];
        const busy = createEventLog(often, { ...options, states: 2 });
        for (const draft of structuredClone(drafts)) {
          await often.append([draft]);
          if (asked.includes(often.head())) await busy.stateAt(often.head() >> 1, {});
        }
        await once.append(drafts);
        const { state } = await createEventLog(once, options).stateAt(at, {});
        expect(encodeState((await busy.stateAt(at, {})).state)).toEqual(encodeState(state));
        const { events: all } = await once.read({ from: 1 });
        if (state.runs.size < fold(all, at).runs.size) forgotten += 1;
      }),
    );
    expect(forgotten).toBeGreaterThan(0);
  });

  it('refuses a position that is none', async () => {
    const log = createEventLog(createMemoryStore());
    for (const position of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(log.stateAt(position, {})).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    }
    expect((await log.stateAt(0, {})).seq).toBe(0);
  });
});

describe('after runs were deleted', () => {
  it('states hold what is left, at every position, whoever asked before', async () => {
    await fc.assert(
      fc.asyncProperty(
        legalLogs(fc),
        fc.integer({ min: 1, max: 25 }),
        fc.record({ runs: fc.constantFrom(0, 1, 500), rows: fc.constantFrom(2, 20_000) }),
        fc.subarray(['run-0', 'run-1', 'run-2'], { minLength: 1 }),
        async (events, stateEvery, retain, gone) => {
          const store = createMemoryStore();
          const options = { stateEvery, states: 3, retain, clock: createSimulatedClock() };
          await store.append(copyOf(events));
          const log = createEventLog(store, options);
          await log.stateAt(store.head(), {});
          for (const runId of gone) await store.deleteRun(runId);
          const left = events.filter(({ runId = '' }) => !gone.includes(runId));
          expect((await store.read({ from: 1, limit: 10_000 })).events.map(({ seq }) => seq)).toEqual(
            left.map(({ seq }) => seq),
          );
          const fresh = createEventLog(store, options);
          for (let seq = store.head(); seq > 0; seq -= 7) {
            const [lived, anew] = [await log.stateAt(seq, {}), await fresh.stateAt(seq, {})];
            expect(encodeState(lived.state)).toEqual(encodeState(anew.state));
            if (retain.runs === 500 && retain.rows === 20_000) {
              expect(encodeState(lived.state)).toEqual(encodeState(fold(left, seq)));
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('states forget what is too much where the event at a round position is gone', async () => {
    const store = createMemoryStore();
    for (let n = 0; n < 400; n += 1) {
      const runId = n % 5 === 4 ? 'gone' : `run-${n}`;
      await store.append([
        { v: 1, time: n, type: 'run.created', runId, data: { name: runId } },
        { v: 1, time: n, type: 'run.completed', runId, data: {} },
      ]);
    }
    await store.deleteRun('gone');
    const log = createEventLog(store, { stateEvery: 10, retain: { runs: 3 }, clock: createSimulatedClock() });
    expect((await log.stateAt(store.head(), {})).state.runs.size).toBeLessThanOrEqual(3 + 10 / 2);
    expect((await log.stateAt(404, {})).state.runs.size).toBeLessThanOrEqual(3 + 10 / 2);
  });
});
