import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { END, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { createRetention, expiredRuns } from '../../src/orchestrator/history/retention.js';
import type { Orchestrator } from '../../src/orchestrator/orchestrator.js';
import { createMemoryStore } from '../../src/log/memory-store.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, createProvider, flatPrices, until } from './harness.js';

const paid = (usd = 1) => ({ prices: flatPrices(), budget: { usd, period: 'day' } as const });
const call = { provider: createProvider(), model: 'm', prompt: 'hello', maxOutputTokens: 10 };
const begin = (orchestrator: Orchestrator<unknown>, id: string) =>
  orchestrator.run('one', (ctx) => ctx.model(call), { id });
const idsOf = async (orchestrator: Orchestrator<unknown>): Promise<string[]> =>
  (await orchestrator.list()).map(({ runId }) => runId);

describe('delete', () => {
  it('takes ended runs away at once, for viewers too, and leaves the others', async () => {
    const { orchestrator, store } = createHarness(paid());
    const { log } = orchestrator.host;
    await Promise.all(['a', 'b', 'c'].map((id) => begin(orchestrator, id).result));
    const head = store.head();
    expect([...(await log.stateAt(head, {})).state.runs.ids()]).toEqual(['a', 'b', 'c']);
    const kept = (await store.read({ from: 1, filter: { runId: 'b' } })).events;
    expect(await orchestrator.delete(['a', 'c', 'a'])).toEqual({ deleted: ['a', 'c'], refused: [] });
    expect(await idsOf(orchestrator)).toEqual(['b']);
    expect([...(await log.stateAt(head, {})).state.runs.ids()]).toEqual(['b']);
    expect((await store.read({ from: 1 })).events.filter(({ runId }) => runId !== undefined)).toEqual(kept);
    expect((await log.stateAt(head, { runId: 'b' })).state.runs.get('b')?.status).toBe('completed');
    await begin(orchestrator, 'a').result;
    expect(await idsOf(orchestrator)).toEqual(['b', 'a']);
  });

  it('says what it did not delete, and why', async () => {
    const { orchestrator } = createHarness();
    let finish: () => void = () => undefined;
    const running = orchestrator.run('held', () => new Promise<void>((resolve) => (finish = resolve)), {
      id: 'running',
    });
    await begin(orchestrator, 'ended').result;
    const { deleted, refused } = await orchestrator.delete(['running', 'ended', 'nobody']);
    expect(deleted).toEqual(['ended']);
    expect(refused.map(({ runId, error }) => [runId, error.code])).toEqual([
      ['running', 'RUN_NOT_ENDED'],
      ['nobody', 'RUN_NOT_FOUND'],
    ]);
    finish();
    await running.result;
    expect(await orchestrator.delete(['running'])).toEqual({ deleted: ['running'], refused: [] });
  });

  it('spares what another process works on, and what a dead one left unless told otherwise', async () => {
    const clock = createSimulatedClock();
    const store = createMemoryStore({ clock });
    const first = createHarness({ store, clock });
    const second = createHarness({ store, clock });
    void begin(first.orchestrator, 'ended').result;
    const running = first.orchestrator.run('held', () => new Promise<void>(() => undefined), { id: 'held' });
    running.result.catch(() => undefined);
    await until(async () => (await second.orchestrator.list()).length === 2);
    const refusal = async (options = {}) =>
      (await second.orchestrator.delete(['held'], options)).refused[0]?.error.code;
    expect(await refusal({ unfinished: true })).toBe('LEASE_HELD');
    await first.orchestrator.close();
    await clock.advance(60_000);
    expect(await refusal()).toBe('RUN_NOT_ENDED');
    expect(await refusal()).toBe('RUN_NOT_ENDED');
    expect(await refusal({ unfinished: true })).toBe(undefined);
    expect(await idsOf(second.orchestrator)).toEqual(['ended']);
  });

  it('does not give back what was spent', async () => {
    const clock = createSimulatedClock(Date.UTC(2026, 0, 5));
    // Enough for two calls of five input and ten output tokens.
    const options = { ...paid(0.000_11), clock };
    const first = createHarness(options);
    await begin(first.orchestrator, 'a').result;
    await begin(first.orchestrator, 'b').result;
    await first.orchestrator.delete(['a', 'b']);
    const second = createHarness({ ...options, store: first.store });
    await expect(begin(second.orchestrator, 'c').result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    await clock.advance(86_400_000);
    await begin(createHarness({ ...options, store: first.store }).orchestrator, 'd').result;
  });

  it('leaves forks of a deleted run whole', async () => {
    const { orchestrator } = createHarness({ prices: flatPrices() });
    const graph = new StateGraph<{ n: number }>({ name: 'count' })
      .addNode('one', ({ n }) => ({ n: n + 1 }))
      .addNode('two', ({ n }) => ({ n: n * 10 }))
      .addEdge(START, 'one')
      .addEdge('one', 'two')
      .addEdge('two', END);
    const source = orchestrator.start(graph, { n: 1 });
    await source.result;
    const fork = await orchestrator.fork(source.id, 'one-1', { graph, patch: { n: 5 } });
    await fork.result;
    await orchestrator.delete([source.id]);
    expect((await orchestrator.history(fork.id, graph)).at(-1)?.state).toEqual({ n: 50 });
    const again = await orchestrator.fork(fork.id, 'one-1', { graph });
    expect(await again.result).toEqual({ n: 50 });
  });
});

describe('createRetention', () => {
  const prepare = async () => {
    const clock = createSimulatedClock(Date.UTC(2026, 0, 5));
    const harness = createHarness({ clock, store: createMemoryStore({ clock }) });
    const { orchestrator } = harness;
    for (let n = 0; n < 6; n += 1) {
      await orchestrator.run('big', (ctx) => ctx.once('x', () => 'x'.repeat(10_000)), { id: `run-${n}` })
        .result;
      await clock.advance(60_000);
    }
    const held = orchestrator.run('held', () => new Promise<void>(() => undefined), { id: 'held' });
    held.result.catch(() => undefined);
    await until(async () => (await idsOf(orchestrator)).includes('held'));
    return { ...harness, clock };
  };

  it('deletes by age and by number, never what runs', async () => {
    const { orchestrator, clock } = await prepare();
    const byAge = createRetention({ orchestrator, clock, maxAgeMs: 250_000 });
    expect((await byAge.sweep()).deleted).toEqual(['run-0', 'run-1']);
    const byNumber = createRetention({ orchestrator, clock, maxRuns: 1 });
    expect((await byNumber.sweep()).deleted).toEqual(['run-2', 'run-3', 'run-4']);
    await clock.advance(86_400_000);
    expect((await createRetention({ orchestrator, clock, maxAgeMs: 0 }).sweep()).deleted).toEqual(['run-5']);
    expect(await idsOf(orchestrator)).toEqual(['held']);
    expect((await createRetention({ orchestrator, clock }).sweep()).deleted).toEqual([]);
  });

  it('deletes by bytes until they are within, the first first', async () => {
    const { orchestrator, store, clock } = await prepare();
    const maxBytes = (await store.bytes()) / 2;
    const retention = createRetention({ orchestrator, clock, maxBytes });
    expect((await retention.sweep()).deleted).toEqual([]);
    await clock.advance(600_000);
    const { deleted } = await retention.sweep();
    expect(deleted).toEqual(['run-0', 'run-1', 'run-2', 'run-3', 'run-4', 'run-5'].slice(0, deleted.length));
    expect(deleted.length).toBeGreaterThan(0);
    expect(await store.bytes()).toBeLessThanOrEqual(maxBytes);
  });

  it('repeats itself until it is closed, whatever fails', async () => {
    const { orchestrator, clock } = await prepare();
    const errors: string[] = [];
    let sweeps = 0;
    const retention = createRetention({
      orchestrator: {
        ...orchestrator,
        store: orchestrator.store,
        async list() {
          sweeps += 1;
          if (sweeps === 1) throw new Error('disk');
          return orchestrator.list();
        },
      },
      clock,
      maxRuns: 0,
      everyMs: 1_000,
      onError: ({ code }) => errors.push(code),
    });
    await until(() => errors.length === 1);
    expect(await idsOf(orchestrator)).toHaveLength(7);
    await clock.advance(1_000);
    await until(async () => (await idsOf(orchestrator)).length === 1);
    await until(() => clock.pending > 0);
    retention.close();
    const before = sweeps;
    await clock.advance(10_000);
    expect([sweeps, errors]).toEqual([before, ['STORE_FAILED']]);
  });

  it('refuses limits that make no sense', () => {
    const { orchestrator } = createHarness();
    for (const options of [{ maxRuns: -1 }, { maxAgeMs: Number.NaN }, { maxBytes: -1 }, { everyMs: 0 }]) {
      expect(() => createRetention({ orchestrator, ...options })).toThrow();
    }
  });
});

describe('expiredRuns', () => {
  it('leaves the newest within both limits, and nothing older than one that goes', () => {
    const runs = fc
      .array(fc.nat(1_000))
      .map((ends) => ends.map((endedAt, n) => ({ runId: `r${n}`, endedAt })));
    fc.assert(
      fc.property(runs, fc.nat(1_000), fc.nat(20), (ended, maxAgeMs, maxRuns) => {
        const gone = expiredRuns(ended, { maxAgeMs, maxRuns }, 1_000);
        const left = ended.filter((run) => !gone.includes(run));
        expect(left.length).toBeLessThanOrEqual(maxRuns);
        expect(left.every(({ endedAt }) => 1_000 - endedAt <= maxAgeMs)).toBe(true);
        const newestGone = Math.max(-1, ...gone.map(({ endedAt }) => endedAt));
        expect(left.every(({ endedAt }) => endedAt >= newestGone)).toBe(true);
        const isNeeded = left.length === maxRuns || 1_000 - newestGone > maxAgeMs;
        expect(gone.length === 0 || isNeeded).toBe(true);
        expect(expiredRuns(ended, {}, 1_000)).toEqual([]);
      }),
    );
  });
});
