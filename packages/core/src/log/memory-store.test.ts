import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../testing/seeded-random.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import { storeContract } from '../testing/store.contract.js';
import type { EventDraft } from '../protocol/event.js';
import { createMemoryStore } from './memory-store.js';

storeContract(
  { describe, it, expect },
  { name: 'createMemoryStore', create: async (clock) => createMemoryStore({ clock }) },
);

const drafts = (count: number, text = 'x', id?: (index: number) => string): EventDraft[] =>
  Array.from({ length: count }, (_, index) => ({
    v: 1,
    time: 1,
    type: 'log.written',
    ...(id ? { id: id(index) } : {}),
    data: { level: 'info', message: text },
  }));

const commit = (runId: string) => ({ runId, leaseEpoch: 0, expectedVersion: 0, writes: [], events: [] });

describe('createMemoryStore', () => {
  it('forgets the oldest events above the bound and says so', async () => {
    const store = createMemoryStore({ retain: { events: 100 } });
    for (let i = 0; i < 50; i += 1) {
      await store.append(drafts(7));
      expect(store.head() - store.first() + 1).toBeLessThanOrEqual(100);
    }
    expect(store.head()).toBe(350);
    const page = await store.read({ from: store.first() });
    expect(page.events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 351 - store.first() }, (_, index) => store.first() + index),
    );
    expect(page.events.length).toBeGreaterThan(80);
    await expect(store.read({ from: store.first() - 1 })).rejects.toMatchObject({
      code: 'CURSOR_TOO_OLD',
      details: { first: store.first() },
    });
  });

  it('survives a batch that is larger than the bound', async () => {
    const store = createMemoryStore({ retain: { events: 10 } });
    await store.append(drafts(1_000));
    await store.append(drafts(1));
    expect(store.head()).toBe(1_001);
    expect((await store.read({ from: store.first() })).events.at(-1)?.seq).toBe(1_001);
  });

  it('bounds the bytes of events', async () => {
    const store = createMemoryStore({ retain: { events: 80, bytes: 100_000 } });
    for (let i = 0; i < 40; i += 1) await store.append(drafts(1, 'x'.repeat(10_000)));
    expect(store.head() - store.first() + 1).toBeLessThanOrEqual(10);
    expect(store.first()).toBeGreaterThan(1);
  });

  it('knows ids as long as their events', async () => {
    const store = createMemoryStore({ retain: { events: 20 } });
    await store.append(drafts(5, 'x', (index) => `old-${index}`));
    expect(
      await store.append(
        drafts(5, 'x', (index) => `old-${index}`),
        { dedupe: true },
      ),
    ).toEqual({ from: 6, to: 5 });
    await store.append(drafts(100));
    expect(
      await store.append(
        drafts(5, 'x', (index) => `old-${index}`),
        { dedupe: true },
      ),
    ).toEqual({
      from: 106,
      to: 110,
    });
  });

  it('forgets the oldest runs that nobody holds', async () => {
    const store = createMemoryStore({ retain: { runs: 2 } });
    const lease = await store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 60_000 });
    await store.commit({ ...commit('a'), leaseEpoch: lease.epoch });
    await store.commit(commit('b'));
    await store.commit(commit('c'));
    expect(await store.listRuns()).toEqual(['a', 'c']);
  });

  it('forgets the oldest blobs', async () => {
    const store = createMemoryStore({ retain: { blobBytes: 10 } });
    const first = await store.putBlob(new Uint8Array(6), 'a/b');
    const second = await store.putBlob(new Uint8Array(7), 'a/b');
    expect(await store.getBlob(first)).toBeUndefined();
    expect((await store.getBlob(second))?.bytes).toHaveLength(7);
  });

  it('freezes accepted events when asked to', async () => {
    const store = createMemoryStore({ freeze: true });
    const [draft] = drafts(1) as [EventDraft];
    await store.append([draft]);
    expect(() => ((draft.data as { message: string }).message = 'changed')).toThrow(TypeError);
    expect(() => ((draft as { seq?: number }).seq = 9)).toThrow(TypeError);
  });

  it('keeps no more sums than it may, and loses nothing of a total', async () => {
    const store = createMemoryStore({ retain: { rollups: 10 } });
    for (let run = 0; run < 100; run += 1) {
      const [draft] = drafts(1) as [EventDraft];
      const usage = { inputTokens: 1, outputTokens: 0 };
      await store.append([{ ...draft, type: 'usage.recorded', runId: `r${run}`, data: { usage, calls: 1 } }]);
    }
    const [total] = (await store.rollups?.read({ period: 'total' })) ?? [];
    expect(total?.modelCalls).toBe(100);
    const byRun = (await store.rollups?.read({ period: 'total', by: 'run' })) ?? [];
    expect(byRun.length).toBeLessThanOrEqual(10);
    expect(byRun.reduce((sum, { modelCalls }) => sum + modelCalls, 0)).toBe(100);
    expect(byRun.at(-1)?.key ?? byRun[0]?.key).toBeDefined();
  });

  it('reports what a listener throws', async () => {
    const errors: unknown[] = [];
    const store = createMemoryStore({ onListenerError: (error) => errors.push(error) });
    const error = new Error('from a listener');
    store.subscribe(() => {
      throw error;
    });
    await store.append(drafts(1));
    expect(errors).toEqual([error]);
  });

  it('takes time and chance from its arguments', () => {
    const epochs = [1, 1, 2].map(
      (seed) => createMemoryStore({ clock: createSimulatedClock(), random: createSeededRandom(seed) }).epoch,
    );
    expect(epochs[0]).toBe(epochs[1]);
    expect(epochs[0]).not.toBe(epochs[2]);
  });
});
