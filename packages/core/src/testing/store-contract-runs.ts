import type { LedgerEntry } from '../log/store.js';
import type { ContractApi } from './contract-api.js';
import type { StoreContractOptions } from './store-contract-case.js';
import { casesOf, commitOf, draftOf, imageOf, refusal, watch } from './store-contract-case.js';

const entry = (callId: string, kind: LedgerEntry['kind'], nanoUsd?: number): LedgerEntry => ({
  callId,
  kind,
  time: 1,
  ...(nanoUsd === undefined ? {} : { nanoUsd }),
});

/** Cases about commits, records and the ledger. */
export function defineRunCases(api: ContractApi, options: StoreContractOptions): void {
  const { describe, expect } = api;
  const scenario = casesOf(api, options);

  describe('commit', () => {
    scenario('changes records, ledger and log together', async (store) => {
      const batches = watch(store);
      const result = await store.commit(
        commitOf('a', 0, {
          writes: [{ key: 'state', value: { n: 1 } }],
          events: [draftOf('a', 'run.created'), draftOf('a', 'run.started')],
          ledger: [entry('c1', 'reserved', 5)],
        }),
      );
      expect(result).toEqual({ version: 1, from: 1, to: 2 });
      expect(await store.load('a')).toEqual({
        runId: 'a',
        version: 1,
        leaseEpoch: 0,
        records: [{ key: 'state', value: { n: 1 }, version: 1 }],
      });
      expect(await store.ledger()).toEqual([entry('c1', 'reserved', 5)]);
      expect(batches.map(({ from, to }) => [from, to])).toEqual([[1, 2]]);
    });

    scenario('counts versions for each run, also without events', async (store) => {
      expect(await store.commit(commitOf('a', 0))).toEqual({ version: 1, from: 1, to: 0 });
      expect((await store.commit(commitOf('b', 0))).version).toBe(1);
      expect((await store.commit(commitOf('a', 1))).version).toBe(2);
      expect(await store.listRuns()).toEqual(['a', 'b']);
    });

    scenario('refuses another version and changes nothing', async (store) => {
      await store.commit(commitOf('a', 0, { writes: [{ key: 'k', value: 1 }] }));
      const before = await imageOf(store, 'a');
      const change = {
        writes: [{ key: 'k', value: 2 }],
        events: [draftOf('a')],
        ledger: [entry('c', 'reserved')],
      };
      for (const version of [0, 2]) {
        expect(await refusal(store.commit(commitOf('a', version, change)))).toBe('VERSION_CONFLICT');
      }
      expect(await refusal(store.commit(commitOf('new', 1, change)))).toBe('VERSION_CONFLICT');
      expect(await imageOf(store, 'a')).toEqual(before);
    });

    scenario('lets one of two concurrent commits win', async (store) => {
      const outcomes = await Promise.all([
        refusal(store.commit(commitOf('a', 0, { events: [draftOf('a')] }))),
        refusal(store.commit(commitOf('a', 0, { events: [draftOf('a')] }))),
        refusal(store.commit(commitOf('a', 1, { events: [draftOf('a')] }))),
      ]);
      expect(outcomes).toEqual(['not refused', 'VERSION_CONFLICT', 'not refused']);
      expect(store.head()).toBe(2);
    });

    scenario('refuses the owner of an older lease and changes nothing', async (store) => {
      const old = await store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 1_000 });
      await store.commit(commitOf('a', 0, { leaseEpoch: old.epoch, writes: [{ key: 'k', value: 1 }] }));
      const next = await store.acquireLease({ runId: 'a', owner: 'two', ttlMs: 1_000, isGone: () => true });
      const before = await imageOf(store, 'a');
      const change = {
        writes: [{ key: 'k', value: 2 }],
        events: [draftOf('a')],
        ledger: [entry('c', 'reserved')],
      };
      for (const leaseEpoch of [old.epoch, 0]) {
        expect(await refusal(store.commit(commitOf('a', 1, { ...change, leaseEpoch })))).toBe('LEASE_LOST');
      }
      expect(await imageOf(store, 'a')).toEqual(before);
      expect((await store.commit(commitOf('a', 1, { ...change, leaseEpoch: next.epoch }))).version).toBe(2);
    });

    scenario('refuses values that JSON would change and changes nothing', async (store) => {
      await store.commit(commitOf('a', 0, { writes: [{ key: 'k', value: 1 }] }));
      const before = await imageOf(store, 'a');
      const hostile: unknown[] = [undefined, Number.NaN, () => 1, new Map(), { deep: [1, { n: 1n }] }];
      for (const value of hostile) {
        const writes = [
          { key: 'k', value: 2 },
          { key: 'bad', value: value as null },
        ];
        expect(await refusal(store.commit(commitOf('a', 1, { writes, events: [draftOf('a')] })))).toBe(
          'STATE_NOT_JSON',
        );
      }
      expect(await imageOf(store, 'a')).toEqual(before);
    });
  });

  describe('load', () => {
    scenario('knows nothing of a run without commits', async (store) => {
      await store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 1_000 });
      expect(await store.load('a')).toBe(undefined);
      expect(await store.listRuns()).toEqual([]);
    });

    scenario('shows what was held at a version', async (store) => {
      await store.commit(
        commitOf('a', 0, {
          writes: [
            { key: 'z', value: 1 },
            { key: 'a', value: 'x' },
          ],
        }),
      );
      await store.commit(commitOf('a', 1, { writes: [{ key: 'z', value: [2] }] }));
      await store.commit(
        commitOf('a', 2, {
          writes: [
            { key: 'a', value: null },
            { key: 'm', value: false },
          ],
        }),
      );
      await store.commit(commitOf('a', 3, { writes: [{ key: 'a', value: 'back' }] }));
      const at = async (version?: number) =>
        (await store.load('a', version === undefined ? {} : { version }))?.records.map((record) => [
          record.key,
          record.value,
          record.version,
        ]);
      expect(await at(0)).toEqual([]);
      expect(await at(1)).toEqual([
        ['z', 1, 1],
        ['a', 'x', 1],
      ]);
      expect(await at(2)).toEqual([
        ['z', [2], 2],
        ['a', 'x', 1],
      ]);
      expect(await at(3)).toEqual([
        ['z', [2], 2],
        ['m', false, 3],
      ]);
      const now = [
        ['z', [2], 2],
        ['a', 'back', 4],
        ['m', false, 3],
      ];
      expect(await at()).toEqual(now);
      expect(await at(99)).toEqual(now);
      expect((await store.load('a', { version: 1 }))?.version).toBe(4);
    });

    scenario('takes the last of several writes of one key', async (store) => {
      const twice = [
        { key: 'k', value: 1 },
        { key: 'k', value: 2 },
      ];
      await store.commit(commitOf('a', 0, { writes: twice }));
      expect((await store.load('a'))?.records).toEqual([{ key: 'k', value: 2, version: 1 }]);
    });

    scenario('selects by prefix, character by character', async (store) => {
      const keys = ['task/1', 'task/10', 'task_2', 'TASK/1', 'task%', 'task/'];
      await store.commit(commitOf('a', 0, { writes: keys.map((key) => ({ key, value: 1 })) }));
      const select = async (prefix: string) =>
        (await store.load('a', { prefix }))?.records.map(({ key }) => key);
      expect(await select('task/')).toEqual(['task/1', 'task/10', 'task/']);
      expect(await select('task_')).toEqual(['task_2']);
      expect(await select('task%')).toEqual(['task%']);
      expect(await select('')).toEqual(keys);
      expect(await select('none')).toEqual([]);
    });
  });

  describe('ledger', () => {
    scenario('keeps the order of commits over all runs', async (store) => {
      await store.commit(commitOf('b', 0, { ledger: [entry('1', 'reserved', 7), entry('2', 'reserved')] }));
      await store.commit(commitOf('a', 0, { ledger: [entry('3', 'reserved', 1)] }));
      const settled: LedgerEntry = {
        ...entry('1', 'settled', 6),
        usage: { inputTokens: 3, outputTokens: 4 },
        agentId: 'A',
        taskId: 'T',
        node: 'n',
        model: 'm',
      };
      await store.commit(commitOf('b', 1, { ledger: [settled, entry('2', 'released')] }));
      const ids = (entries: readonly LedgerEntry[]) => entries.map(({ callId, kind }) => `${callId} ${kind}`);
      expect(ids(await store.ledger())).toEqual([
        '1 reserved',
        '2 reserved',
        '3 reserved',
        '1 settled',
        '2 released',
      ]);
      expect(ids(await store.ledger({ runId: 'a' }))).toEqual(['3 reserved']);
      expect((await store.ledger({ runId: 'b' }))[2]).toEqual(settled);
      expect(await store.ledger({ runId: 'none' })).toEqual([]);
    });
  });
}
