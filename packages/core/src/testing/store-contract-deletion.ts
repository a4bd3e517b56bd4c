import { BLOB_GRACE_MS } from '../log/store.js';
import type { LedgerEntry, Store } from '../log/store.js';
import type { ContractApi } from './contract-api.js';
import { createSeededRandom } from './seeded-random.js';
import type { StoreContractOptions } from './store-contract-case.js';
import { casesOf, commitOf, draftOf, imageOf, refusal } from './store-contract-case.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const entry = (callId: string, kind: LedgerEntry['kind'], nanoUsd: number): LedgerEntry => ({
  callId,
  kind,
  nanoUsd,
  time: 1,
});
const seqsOf = async (store: Store, runId?: string): Promise<number[]> =>
  (await store.read({ from: 1, ...(runId === undefined ? {} : { filter: { runId } }) })).events.map(
    ({ seq }) => seq,
  );

/** Text that nothing makes shorter. */
function noise(length: number): string {
  const random = createSeededRandom(7);
  return Array.from({ length }, () => String.fromCharCode(0x23 + Math.floor(random() * 57))).join('');
}

/** Cases about the end of runs. */
export function defineDeletionCases(api: ContractApi, options: StoreContractOptions): void {
  const { expect } = api;
  const scenario = casesOf(api, options);

  scenario('takes a run away and leaves every position', async (store) => {
    await store.commit(
      commitOf('a', 0, { writes: [{ key: 'k', value: 1 }], events: [draftOf('a', 'run.created')] }),
    );
    await store.append([draftOf('b'), draftOf('a'), draftOf('b')]);
    await store.commit(commitOf('b', 0, { writes: [{ key: 'k', value: 2 }] }));
    await store.commit(commitOf('a', 1, { events: [draftOf('a'), draftOf('a')] }));
    expect(await store.deleteRun('a')).toBe(true);
    expect(await store.load('a')).toBe(undefined);
    expect(await store.listRuns()).toEqual(['b']);
    expect((await store.load('b'))?.records).toEqual([{ key: 'k', value: 2, version: 1 }]);
    expect([store.first(), store.head()]).toEqual([1, 6]);
    expect(await seqsOf(store)).toEqual([2, 4]);
    expect(await store.read({ from: 1, to: 3, filter: { runId: 'a' } })).toEqual({
      from: 1,
      to: 3,
      events: [],
    });
    const tail = await store.read({ from: 5 });
    expect([tail.from, tail.to, tail.events]).toEqual([5, 6, []]);
    expect(await store.append([draftOf('b')])).toEqual({ from: 7, to: 7 });
  });

  scenario('knows runs that have nothing but events, and runs that it never saw', async (store) => {
    await store.append([draftOf('a'), draftOf('b')]);
    expect(store.deletions()).toBe(0);
    expect(await store.deleteRun('none')).toBe(false);
    expect(store.deletions()).toBe(0);
    expect(await store.deleteRun('a')).toBe(true);
    expect(await store.deleteRun('a')).toBe(false);
    expect(store.deletions()).toBe(1);
    expect(await seqsOf(store)).toEqual([2]);
  });

  scenario('lets the id begin anew', async (store) => {
    await store.commit(commitOf('a', 0, { writes: [{ key: 'k', value: 1 }], events: [draftOf('a')] }));
    await store.deleteRun('a');
    expect(await refusal(store.commit(commitOf('a', 1)))).toBe('VERSION_CONFLICT');
    await store.commit(commitOf('a', 0, { writes: [{ key: 'm', value: 2 }], events: [draftOf('a')] }));
    expect((await store.load('a'))?.records).toEqual([{ key: 'm', value: 2, version: 1 }]);
    expect(await seqsOf(store, 'a')).toEqual([2]);
  });

  scenario('takes its place among the calls of a moment', async (store) => {
    const [, deleted] = await Promise.all([
      store.commit(commitOf('a', 0, { events: [draftOf('a')] })),
      store.deleteRun('a'),
      store.append([draftOf('a'), draftOf('b')]),
      store.commit(commitOf('a', 0, { writes: [{ key: 'k', value: 1 }], events: [draftOf('a')] })),
      store.deleteRun('b'),
    ]);
    expect(deleted).toBe(true);
    expect(await seqsOf(store)).toEqual([2, 4]);
    expect((await store.load('a'))?.version).toBe(1);
    expect(store.deletions()).toBe(2);
  });

  scenario('spares a run that somebody works on', async (store, clock) => {
    const lease = await store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 1_000 });
    await store.commit(commitOf('a', 0, { leaseEpoch: lease.epoch, events: [draftOf('a')] }));
    const before = await imageOf(store, 'a');
    expect(await refusal(store.deleteRun('a'))).toBe('LEASE_HELD');
    expect(await imageOf(store, 'a')).toEqual(before);
    clock.skip(1_001);
    const next = await store.acquireLease({ runId: 'a', owner: 'two', ttlMs: 1_000 });
    const taken = await imageOf(store, 'a');
    expect(await refusal(store.deleteRun('a', lease))).toBe('LEASE_LOST');
    expect(await imageOf(store, 'a')).toEqual(taken);
    expect(store.deletions()).toBe(0);
    expect(await store.deleteRun('a', next)).toBe(true);
    expect(await refusal(store.renewLease(next, 1_000))).toBe('LEASE_LOST');
  });

  scenario('deletes a run whose lease was given back or ran out', async (store, clock) => {
    const back = await store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 1_000 });
    await store.commit(commitOf('a', 0, { leaseEpoch: back.epoch }));
    await store.releaseLease(back);
    expect(await store.deleteRun('a')).toBe(true);
    const out = await store.acquireLease({ runId: 'b', owner: 'one', ttlMs: 1_000 });
    await store.commit(commitOf('b', 0, { leaseEpoch: out.epoch }));
    clock.skip(1_001);
    expect(await store.deleteRun('b')).toBe(true);
  });

  scenario('goes on fencing owners of the run that was', async (store, clock) => {
    const old = await store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 1_000 });
    await store.commit(commitOf('a', 0, { leaseEpoch: old.epoch }));
    clock.skip(1_001);
    await store.deleteRun('a');
    const late = () => refusal(store.commit(commitOf('a', 0, { leaseEpoch: old.epoch })));
    expect(await late()).toBe('LEASE_LOST');
    const next = await store.acquireLease({ runId: 'a', owner: 'two', ttlMs: 1_000 });
    expect(next.epoch > old.epoch).toBe(true);
    expect(await late()).toBe('LEASE_LOST');
    await store.releaseLease(old);
    expect(await refusal(store.deleteRun('a'))).toBe('LEASE_HELD');
  });

  scenario('keeps the books of what was spent', async (store) => {
    await store.commit(
      commitOf('a', 0, {
        ledger: [entry('paid', 'reserved', 9), entry('free', 'reserved', 8), entry('open', 'reserved', 7)],
      }),
    );
    await store.commit(commitOf('b', 0, { ledger: [entry('b', 'settled', 1)] }));
    await store.commit(
      commitOf('a', 1, { ledger: [entry('paid', 'settled', 6), entry('free', 'released', 8)] }),
    );
    const sorted = (entries: readonly LedgerEntry[]) =>
      entries.map(({ callId, kind, nanoUsd }) => `${callId} ${kind} ${nanoUsd ?? '?'}`).sort();
    await store.deleteRun('a');
    expect(sorted(await store.ledger())).toEqual(['b settled 1', 'open abandoned 7', 'paid settled 6']);
    expect(await store.ledger({ runId: 'a' })).toEqual([]);
    await store.commit(commitOf('a', 0, { ledger: [entry('anew', 'settled', 2)] }));
    expect(sorted(await store.ledger({ runId: 'a' }))).toEqual(['anew settled 2']);
    await store.deleteRun('a');
    expect(sorted(await store.ledger())).toEqual([
      'anew settled 2',
      'b settled 1',
      'open abandoned 7',
      'paid settled 6',
    ]);
  });

  scenario('frees the blobs that only it named, once nobody can be about to', async (store, clock) => {
    const put = (text: string) => store.putBlob(bytesOf(text), 'text/plain');
    const holds = async (ref: string) => (await store.getBlob(ref)) !== undefined;
    const [own, recorded, shared, loose] = [
      await put('own'),
      await put('recorded'),
      await put('shared'),
      await put('loose'),
    ];
    const naming = (ref: string) => ({ data: { output: { kind: 'blob', ref } } });
    await store.append([draftOf('a', 'task.completed', naming(own))]);
    await store.append([draftOf('a', 'task.completed', naming(shared))]);
    await store.append([draftOf('b', 'log.written', { data: { message: `see ${shared}` } })]);
    await store.commit(commitOf('a', 0, { writes: [{ key: 'k', value: { deep: [recorded] } }] }));
    clock.skip(BLOB_GRACE_MS + 1);
    const again = await put('again');
    await store.append([draftOf('a', 'task.completed', naming(again))]);
    await store.deleteRun('a');
    expect(await Promise.all([own, recorded, shared, loose, again].map(holds))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    // Put again while it was nobody's: whoever did so is about to name it.
    clock.skip(BLOB_GRACE_MS / 2);
    expect(await put('again')).toBe(again);
    clock.skip(BLOB_GRACE_MS / 2 + 1);
    await store.deleteRun('none');
    expect(await holds(again)).toBe(true);
    clock.skip(BLOB_GRACE_MS / 2);
    await store.deleteRun('b');
    expect(await Promise.all([shared, loose, again].map(holds))).toEqual([false, true, false]);
  });

  scenario('keeps a blob that a new run names after the old one is gone', async (store, clock) => {
    const ref = await store.putBlob(bytesOf('kept'), 'text/plain');
    await store.append([draftOf('a', 'log.written', { data: { ref } })]);
    await store.deleteRun('a');
    await store.append([draftOf('b', 'log.written', { data: { ref } })]);
    clock.skip(BLOB_GRACE_MS + 1);
    await store.deleteRun('none');
    expect([...((await store.getBlob(ref))?.bytes ?? [])]).toEqual([...bytesOf('kept')]);
  });

  scenario('forgets the ids of its events', async (store) => {
    const again = (runId: string, id: string) => draftOf(runId, 'log.written', { id });
    await store.append([again('a', 'x'), again('b', 'y')], { dedupe: true });
    await store.deleteRun('a');
    const { from, to } = await store.append([again('a', 'x'), again('b', 'y')], { dedupe: true });
    expect([from, to]).toEqual([3, 3]);
  });

  scenario('gives back the bytes', async (store) => {
    const text = noise(400_000);
    await store.commit(
      commitOf('small', 0, { writes: [{ key: 'k', value: 1 }], events: [draftOf('small')] }),
    );
    const before = await store.bytes();
    for (let version = 0; version < 10; version += 1) {
      const part = text.slice(version * 40_000, (version + 1) * 40_000);
      await store.commit(
        commitOf('big', version, {
          writes: [{ key: `k${version}`, value: { part } }],
          events: [draftOf('big', 'log.written', { data: { message: `${part}.` } })],
        }),
      );
    }
    const grown = (await store.bytes()) - before;
    expect(grown > 400_000).toBe(true);
    await store.deleteRun('big');
    const left = (await store.bytes()) - before;
    expect(left < grown / 10).toBe(true);
  });

  const { reopen } = options;
  if (!reopen) return;

  scenario('is as lasting as everything else', async (store, clock) => {
    await store.commit(commitOf('a', 0, { writes: [{ key: 'k', value: 1 }], events: [draftOf('a')] }));
    await store.append([draftOf('b')]);
    const lease = await store.acquireLease({ runId: 'c', owner: 'one', ttlMs: 1 });
    await store.commit(
      commitOf('c', 0, {
        leaseEpoch: lease.epoch,
        events: [draftOf('c')],
        ledger: [entry('paid', 'settled', 5)],
      }),
    );
    clock.skip(2);
    await store.deleteRun('a');
    await store.deleteRun('c');
    const { epoch } = store;
    const opened = await reopen(store, clock);
    try {
      expect([opened.epoch, opened.first(), opened.head(), opened.deletions()]).toEqual([epoch, 1, 3, 2]);
      expect(await seqsOf(opened)).toEqual([2]);
      expect(await opened.listRuns()).toEqual([]);
      expect(await opened.ledger()).toEqual([entry('paid', 'settled', 5)]);
      expect((await opened.acquireLease({ runId: 'c', owner: 'two', ttlMs: 1 })).epoch > lease.epoch).toBe(
        true,
      );
      expect(await opened.append([draftOf('b')])).toEqual({ from: 4, to: 4 });
    } finally {
      await opened.close();
    }
  });
}
