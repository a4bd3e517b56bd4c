import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventBatch, Store } from '@fleetglass/core';
import type { EventDraft } from '@fleetglass/core/protocol';
import { openDatabase } from './database.js';
import { createSqliteStore } from './sqlite-store.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-store-'));
  file = join(folder, 'nested', 'log.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const draft = (type: string, runId?: string, id?: string): EventDraft => ({
  v: 1,
  time: 1,
  type,
  data: {},
  ...(runId === undefined ? {} : { runId }),
  ...(id === undefined ? {} : { id }),
});

describe('createSqliteStore', () => {
  it('numbers events without holes across calls of one moment', async () => {
    const store = createSqliteStore({ file });
    const results = await Promise.all([
      store.append([draft('log.written'), draft('log.written')]),
      store.append([draft('run.created', 'a')]),
      store.commit({
        runId: 'a',
        leaseEpoch: 0,
        expectedVersion: 0,
        writes: [],
        events: [draft('run.started', 'a')],
      }),
    ]);
    expect(results.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [3, 3],
      [4, 4],
    ]);
    const page = await store.read({ from: 1 });
    expect(page.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    await store.close();
  });

  it('shows events to subscribers only when they can be read back from the file', async () => {
    const store = createSqliteStore({ file });
    const seen: EventBatch[] = [];
    const onDisk: number[] = [];
    store.subscribe((batch) => {
      seen.push(batch);
      const other = openDatabase(file);
      onDisk.push(Number(other.prepare('SELECT max(seq_to) FROM segments').get()?.[0]));
      other.close();
    });
    await store.append([draft('log.written')]);
    await store.append([draft('log.written')]);
    expect(seen.map(({ to }) => to)).toEqual([1, 2]);
    expect(onDisk).toEqual([1, 2]);
    await store.close();
  });

  it('keeps epoch, events, records and leases over a restart', async () => {
    const first = createSqliteStore({ file });
    const { epoch } = first;
    const lease = await first.acquireLease({ runId: 'a', owner: 'me', ttlMs: 1_000 });
    await first.commit({
      runId: 'a',
      leaseEpoch: lease.epoch,
      expectedVersion: 0,
      writes: [
        { key: 'b', value: 1 },
        { key: 'a', value: { deep: [true] } },
      ],
      events: [draft('run.created', 'a')],
      ledger: [{ callId: 'c', kind: 'reserved', nanoUsd: 5, time: 1 }],
    });
    await first.close();
    const second = createSqliteStore({ file });
    expect(second.epoch).toBe(epoch);
    expect(second.head()).toBe(1);
    const run = await second.load('a');
    expect(run).toMatchObject({ version: 1, leaseEpoch: lease.epoch });
    expect(run?.records.map(({ key }) => key)).toEqual(['b', 'a']);
    expect(await second.ledger({ runId: 'a' })).toHaveLength(1);
    await expect(second.acquireLease({ runId: 'a', owner: 'you', ttlMs: 1_000 })).rejects.toMatchObject({
      code: 'LEASE_HELD',
    });
    const taken = await second.acquireLease({ runId: 'a', owner: 'you', ttlMs: 1_000, isGone: () => true });
    expect(taken.epoch).toBe(lease.epoch + 1);
    await second.close();
  });

  it('begins a new life of the log when it is told that the file was restored, and only then', async () => {
    const copy = join(folder, 'copy.sqlite');
    const before = createSqliteStore({ file });
    await before.append([draft('log.written')]);
    await before.close();
    copyFileSync(file, copy);
    const restored = createSqliteStore({ file: copy, restored: true });
    expect(restored.epoch).not.toBe(before.epoch);
    expect((await restored.read({ from: 1 })).events).toHaveLength(1);
    await restored.close();
    const again = createSqliteStore({ file: copy });
    expect(again.epoch).toBe(restored.epoch);
    await again.close();
  });

  it('finds the events of a filter in any page size', async () => {
    const store = createSqliteStore({ file });
    for (let i = 0; i < 40; i += 1) {
      await store.append([
        draft('log.written', `run_${i % 3}`),
        draft('run.labelled', `run_${i % 2}`),
        draft('future.thing'),
      ]);
    }
    const everything = (await store.read({ from: 1 })).events;
    for (const filter of [
      { runId: 'run_1' },
      { types: ['run' as const] },
      { runId: 'run_0', types: ['log.written' as const] },
      { types: ['future' as never] },
    ]) {
      const wanted = everything.filter(
        ({ runId, type }) =>
          (!('runId' in filter) || filter.runId === runId) &&
          (!('types' in filter) || filter.types.some((name) => type === name || type.startsWith(`${name}.`))),
      );
      for (const limit of [1, 7, 1_000]) {
        const found = [];
        for (let from = 1; from <= store.head();) {
          const page = await store.read({ from, filter, limit });
          found.push(...page.events);
          from = page.to + 1;
        }
        expect(found).toEqual(wanted);
      }
    }
    await store.close();
  });

  it('skips duplicates of any earlier append, also of one that did not ask for it', async () => {
    const store = createSqliteStore({ file });
    await store.append([draft('log.written', 'a', 'one')]);
    const [second, third] = await Promise.all([
      store.append(
        [
          draft('log.written', 'a', 'one'),
          draft('log.written', 'a', 'two'),
          draft('log.written', 'a', 'two'),
        ],
        { dedupe: true },
      ),
      store.append([draft('log.written', 'a', 'two')], { dedupe: true }),
    ]);
    expect(second).toEqual({ from: 2, to: 2 });
    expect(third.to).toBeLessThan(third.from);
    expect(store.head()).toBe(2);
    await store.close();
  });

  it('refuses what JSON cannot carry and accepts what came beside it', async () => {
    const store = createSqliteStore({ file });
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const results = await Promise.allSettled([
      store.append([draft('log.written')]),
      store.append([draft('log.written'), { ...draft('log.written'), data: circular }]),
      store.append([draft('log.written')]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.read({ from: 1 })).events.map(({ seq }) => seq)).toEqual([1, 2]);
    await store.close();
  });

  it('lets nobody commit who does not know what another process did to the run', async () => {
    const one = createSqliteStore({ file });
    const two = createSqliteStore({ file });
    const lease = await one.acquireLease({ runId: 'a', owner: 'one', ttlMs: 60_000 });
    const commit = (store: Store, leaseEpoch: number, expectedVersion: number) =>
      store.commit({ runId: 'a', leaseEpoch, expectedVersion, writes: [], events: [] });
    await commit(one, lease.epoch, 0);
    await commit(two, lease.epoch, 1);
    await expect(commit(one, lease.epoch, 1)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    await commit(one, lease.epoch, 2);
    const next = await two.acquireLease({ runId: 'a', owner: 'two', ttlMs: 60_000, isGone: () => true });
    await expect(commit(one, lease.epoch, 3)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await commit(two, next.epoch, 3);
    await two.releaseLease(next);
    expect(await one.deleteRun('a')).toBe(true);
    await expect(commit(two, next.epoch, 4)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await one.listRuns()).toEqual([]);
    expect(two.deletions()).toBe(1);
    await one.close();
    await two.close();
  });

  it('sees what another process has written to the file', async () => {
    const one = createSqliteStore({ file });
    const two = createSqliteStore({ file });
    const seen: number[] = [];
    two.subscribe(({ from, to }) => seen.push(from, to));
    await one.append([draft('log.written'), draft('log.written')]);
    expect(await two.append([draft('log.written')])).toEqual({ from: 3, to: 3 });
    expect(seen).toEqual([1, 2, 3, 3]);
    await one.close();
    await two.close();
  });

  it('leaves all in one file when it is closed', async () => {
    const store = createSqliteStore({ file });
    await store.append([draft('log.written')]);
    await store.close();
    expect(readdirSync(join(folder, 'nested'))).toEqual(['log.sqlite']);
    const one = createSqliteStore({ file });
    const two = createSqliteStore({ file });
    await one.append([draft('log.written')]);
    await one.close();
    await two.close();
    const copy = join(folder, 'copy.sqlite');
    copyFileSync(file, copy);
    const again = createSqliteStore({ file: copy });
    expect(again.head()).toBe(2);
    await again.close();
  });

  it('refuses a file of a newer schema and leaves it as it was', async () => {
    await createSqliteStore({ file }).close();
    const database = openDatabase(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => createSqliteStore({ file })).toThrow(expect.objectContaining({ code: 'SCHEMA_TOO_NEW' }));
    const after = openDatabase(file);
    expect(after.prepare('PRAGMA user_version').get()).toEqual([99]);
    after.close();
  });
});
