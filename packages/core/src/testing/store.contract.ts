import { STORE_SCHEMA_VERSION } from '../log/store.js';
import type { ContractApi } from './contract-api.js';
import type { StoreContractOptions } from './store-contract-case.js';
import { casesOf, commitOf, draftOf, refusal, watch } from './store-contract-case.js';
import { defineDeletionCases } from './store-contract-deletion.js';
import { defineLogCases } from './store-contract-log.js';
import { defineRollupCases } from './store-contract-rollups.js';
import { defineRunCases } from './store-contract-runs.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function defineLeaseCases(api: ContractApi, options: StoreContractOptions): void {
  const { expect } = api;
  const scenario = casesOf(api, options);
  const request = { runId: 'a', owner: 'one', ttlMs: 1_000 };

  scenario('gives each lease a greater epoch', async (store, clock) => {
    const first = await store.acquireLease(request);
    expect(first.epoch > 0 && first.expiresAt >= clock.now()).toBe(true);
    const again = await store.acquireLease(request);
    expect(again.epoch > first.epoch).toBe(true);
    await store.commit(commitOf('a', 0, { leaseEpoch: again.epoch }));
    expect((await store.load('a'))?.leaseEpoch).toBe(again.epoch);
  });

  scenario('keeps others out while it runs', async (store) => {
    await store.acquireLease(request);
    expect(await refusal(store.acquireLease({ ...request, owner: 'two' }))).toBe('LEASE_HELD');
    expect((await store.acquireLease({ ...request, runId: 'b', owner: 'two' })).owner).toBe('two');
  });

  scenario('runs out', async (store, clock) => {
    const first = await store.acquireLease(request);
    clock.skip(1_001);
    const next = await store.acquireLease({ ...request, owner: 'two' });
    expect(next.epoch > first.epoch).toBe(true);
    expect(await refusal(store.renewLease(first, 1_000))).toBe('LEASE_LOST');
  });

  scenario('is extended by renewal', async (store, clock) => {
    const first = await store.acquireLease(request);
    clock.skip(800);
    const renewed = await store.renewLease(first, 1_000);
    expect([renewed.epoch, renewed.owner]).toEqual([first.epoch, 'one']);
    clock.skip(800);
    expect(await refusal(store.acquireLease({ ...request, owner: 'two' }))).toBe('LEASE_HELD');
  });

  scenario('is taken at once from an owner that is gone', async (store) => {
    const first = await store.acquireLease(request);
    const asked: string[] = [];
    const isGone = (owner: string): boolean => {
      asked.push(owner);
      return owner === 'one';
    };
    const next = await store.acquireLease({ ...request, owner: 'two', isGone });
    expect(asked).toEqual(['one']);
    expect(next.epoch > first.epoch).toBe(true);
    expect(await refusal(store.acquireLease({ ...request, owner: 'three', isGone }))).toBe('LEASE_HELD');
  });

  scenario('is free after it was given back, and a lost one cannot be', async (store) => {
    const first = await store.acquireLease(request);
    await store.releaseLease(first);
    const next = await store.acquireLease({ ...request, owner: 'two' });
    expect(next.epoch > first.epoch).toBe(true);
    await store.releaseLease(first);
    expect(await refusal(store.acquireLease(request))).toBe('LEASE_HELD');
  });
}

function defineBlobCases(api: ContractApi, options: StoreContractOptions): void {
  const { expect } = api;
  const scenario = casesOf(api, options);

  scenario('stores equal bytes once', async (store) => {
    const ref = await store.putBlob(bytesOf('hello'), 'text/plain');
    expect(await store.putBlob(bytesOf('hello'), 'text/plain')).toBe(ref);
    expect((await store.putBlob(bytesOf('hello!'), 'text/plain')) === ref).toBe(false);
    const blob = await store.getBlob(ref);
    expect([...(blob?.bytes ?? [])]).toEqual([...bytesOf('hello')]);
    expect(blob?.mediaType).toBe('text/plain');
  });

  scenario('keeps its own copy', async (store) => {
    const bytes = bytesOf('hello');
    const ref = await store.putBlob(bytes, 'text/plain');
    bytes.fill(0);
    expect([...((await store.getBlob(ref))?.bytes ?? [])]).toEqual([...bytesOf('hello')]);
  });

  scenario('knows no foreign reference, and stores nothing at all', async (store) => {
    expect(await store.getBlob('sha256-0')).toBe(undefined);
    expect(await store.getBlob('../../etc/passwd')).toBe(undefined);
    const ref = await store.putBlob(new Uint8Array(), 'application/octet-stream');
    expect((await store.getBlob(ref))?.bytes.byteLength).toBe(0);
  });
}

function defineLifeCases(api: ContractApi, options: StoreContractOptions): void {
  const { expect } = api;
  const scenario = casesOf(api, options);
  const { reopen } = options;

  scenario('refuses every call after it was closed', async (store) => {
    const lease = await store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 1_000 });
    const batches = watch(store);
    await store.close();
    const calls = [
      store.append([draftOf('a')]),
      store.read({ from: 1 }),
      store.commit(commitOf('a', 0)),
      store.load('a'),
      store.listRuns(),
      store.ledger(),
      store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 1_000 }),
      store.renewLease(lease, 1_000),
      store.releaseLease(lease),
      store.putBlob(bytesOf('x'), 'text/plain'),
      store.getBlob('x'),
      store.deleteRun('a'),
      store.bytes(),
    ];
    expect(await Promise.all(calls.map(refusal))).toEqual(calls.map(() => 'STORE_CLOSED'));
    expect(batches).toHaveLength(0);
  });

  scenario('carries out what was asked before it was closed', async (store) => {
    const accepted = store.append([draftOf('a')]);
    const closed = store.close();
    expect(await accepted).toEqual({ from: 1, to: 1 });
    await closed;
  });

  scenario('has a name for its life that fits into a cursor', async (store) => {
    expect(/^[\w-]{1,64}$/.test(store.epoch)).toBe(true);
    expect(STORE_SCHEMA_VERSION).toBe(3);
  });

  if (!reopen) {
    scenario('begins another life with every empty start', async (store, clock) => {
      const other = await options.create(clock);
      expect(store.epoch === other.epoch).toBe(false);
      await other.close();
    });
    return;
  }

  scenario('goes on where it was after a restart', async (store, clock) => {
    const lease = await store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 60_000 });
    await store.commit(
      commitOf('a', 0, {
        leaseEpoch: lease.epoch,
        writes: [{ key: 'k', value: { deep: ['ü'] } }],
        events: [draftOf('a', 'run.created', { id: 'first' })],
        ledger: [{ callId: 'c', kind: 'reserved', nanoUsd: 3, time: 1 }],
      }),
    );
    await store.append([draftOf('a'), draftOf('a')]);
    const ref = await store.putBlob(bytesOf('blob'), 'text/plain');
    const { epoch, tenant } = store;
    const before = structuredClone((await store.read({ from: 1 })).events);

    const opened = await reopen(store, clock);
    try {
      expect([opened.epoch, opened.tenant, opened.head(), opened.first()]).toEqual([epoch, tenant, 3, 1]);
      expect(structuredClone((await opened.read({ from: 1 })).events)).toEqual(before);
      expect(await opened.load('a')).toEqual({
        runId: 'a',
        version: 1,
        leaseEpoch: lease.epoch,
        records: [{ key: 'k', value: { deep: ['ü'] }, version: 1 }],
      });
      expect(await opened.ledger()).toHaveLength(1);
      expect([...((await opened.getBlob(ref))?.bytes ?? [])]).toEqual([...bytesOf('blob')]);
      expect(await refusal(opened.acquireLease({ runId: 'a', owner: 'two', ttlMs: 1_000 }))).toBe(
        'LEASE_HELD',
      );
      expect(await refusal(opened.commit(commitOf('a', 1, { leaseEpoch: lease.epoch - 1 })))).toBe(
        'LEASE_LOST',
      );
      expect(await opened.append([draftOf('a', 'run.created', { id: 'first' })], { dedupe: true })).toEqual({
        from: 4,
        to: 3,
      });
      expect(await opened.append([draftOf('a')])).toEqual({ from: 4, to: 4 });
      expect((await opened.commit(commitOf('a', 1, { leaseEpoch: lease.epoch }))).version).toBe(2);
    } finally {
      await opened.close();
    }
  });
}

/** The cases that every `Store` passes; the runner comes as an argument. */
export function storeContract(api: ContractApi, options: StoreContractOptions): void {
  api.describe(`${options.name} as a store`, () => {
    defineLogCases(api, options);
    defineRunCases(api, options);
    api.describe('lease', () => {
      defineLeaseCases(api, options);
    });
    api.describe('blob', () => {
      defineBlobCases(api, options);
    });
    api.describe('deleteRun', () => {
      defineDeletionCases(api, options);
    });
    if (options.rollups ?? true) {
      api.describe('rollups', () => {
        defineRollupCases(api, options);
      });
    }
    api.describe('life', () => {
      defineLifeCases(api, options);
    });
  });
}
