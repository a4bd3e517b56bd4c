import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyState, isFinal, reduce } from '@fleetglass/core';
import type { EventDraft, FleetEvent } from '@fleetglass/core/protocol';
import { runCli } from '../src/cli/run-cli.js';
import { createSimulatedClock, legalLogs } from '@fleetglass/core/testing';
import { createArchive, createSqliteStore, verifyStore } from '@fleetglass/server';
import type { Archive, SqliteStore } from '@fleetglass/server';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const DAY = 86_400_000;
let folder: string;
const stores: SqliteStore[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-archive-'));
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
function open(file = join(folder, `${(count += 1)}.sqlite`)): SqliteStore {
  const store = createSqliteStore({ file });
  stores.push(store);
  return store;
}

const archiveOf = (store: SqliteStore): Archive =>
  createArchive({ store, directory: join(folder, `archive-${(count += 1)}`) });

const eventsOf = async (store: SqliteStore) =>
  (await store.read({ from: 1, limit: 1_000_000 })).events as FleetEvent[];

const draftsOf = (log: readonly FleetEvent[]): EventDraft[] =>
  log.map(({ seq: _seq, ...event }) => structuredClone(event));

const event = (runId: string, type: string, time: number, data: object = {}) =>
  ({ v: 1, type, runId, time, data }) as EventDraft;

/** A run that has ended, with a record, a blob and a settled call. */
async function addRun(store: SqliteStore, runId: string, time = 1): Promise<string> {
  const ref = await store.putBlob(new TextEncoder().encode(`blob of ${runId}`), 'text/plain');
  const output = { kind: 'blob', ref, bytes: 1, mediaType: 'text/plain' };
  const more = { runId, leaseEpoch: 0 };
  await store.commit({
    ...more,
    expectedVersion: 0,
    writes: [{ key: 'k', value: 1 }],
    events: [
      event(runId, 'run.created', time, { name: `Report ${runId}` }),
      event(runId, 'run.started', time),
    ],
    ledger: [{ callId: 'c', kind: 'settled', nanoUsd: 5, time }],
  });
  await store.commit({
    ...more,
    expectedVersion: 1,
    writes: [{ key: 'k', value: 2 }],
    events: [event(runId, 'run.completed', time + 5, { output })],
  });
  return ref;
}

describe('an archived run', () => {
  it('comes back as it was: any log, any of its runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        legalLogs(fc, { runs: 4, steps: 80 }),
        fc.integer({ min: 1, max: 9 }),
        async (log, size) => {
          const store = open();
          const drafts = draftsOf(log);
          for (let i = 0; i < drafts.length; i += size) await store.append(drafts.slice(i, i + size));
          // Most made-up runs go on; here all but the first end.
          const begun = [...reduce(emptyState(), await eventsOf(store)).runs.values()].slice(1);
          await store.append(begun.map(({ id }) => event(id, 'run.completed', 2_000_000_000_000)));
          const before = await eventsOf(store);
          const sums = await store.rollups?.read({ period: 'hour', by: 'run' });
          const state = reduce(emptyState(), before);
          const ids = [...state.runs.values()].map(({ id }) => id);
          const archive = archiveOf(store);
          const { archived, refused } = await archive.archive(ids);
          expect(archived.map(({ runId }) => runId)).toEqual(
            ids.filter((id) => isFinal(state.runs.get(id)?.status ?? 'running')),
          );
          expect(refused.every(({ error }) => error.code === 'RUN_NOT_ENDED')).toBe(true);
          expect(archived.length).toBeGreaterThanOrEqual(begun.length);
          const gone = new Set<string | undefined>(archived.map(({ runId }) => runId));
          expect(await eventsOf(store)).toEqual(before.filter(({ runId }) => !gone.has(runId)));
          for (const { runId, events, from, to } of archived) {
            const exported: FleetEvent[] = [];
            for await (const one of archive.events(runId)) exported.push(one);
            expect(exported).toEqual(before.filter((one) => one.runId === runId));
            expect([events, from, to]).toEqual([exported.length, exported[0]?.seq, exported.at(-1)?.seq]);
          }
          const deletions = store.deletions();
          const again = archived.map(({ runId }) => runId);
          // Once more changes nothing.
          for (let i = 0; i < 2; i += 1) expect((await archive.restore(again)).restored).toEqual(again);
          expect(await eventsOf(store)).toEqual(before);
          for (const runId of ids) {
            const { events } = await store.read({ from: 1, filter: { runId }, limit: 1_000_000 });
            expect(events).toEqual(before.filter((one) => one.runId === runId));
          }
          expect(await store.rollups?.read({ period: 'hour', by: 'run' })).toEqual(sums);
          if (again.length > 0) expect(store.deletions()).toBeGreaterThan(deletions);
          await store.close();
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);

  it('takes with it what it remembered, its blobs and its money, and brings them back', async () => {
    const store = open();
    const ref = await addRun(store, 'a');
    await addRun(store, 'b');
    const archive = archiveOf(store);
    const { archived } = await archive.archive(['a']);
    expect(archived).toMatchObject([
      { runId: 'a', name: 'Report a', status: 'completed', events: 3, from: 1, to: 3 },
    ]);
    expect(await store.load('a')).toBe(undefined);
    expect((await store.ledger()).length).toBe(2);
    expect((await archive.restore(['a'])).restored).toEqual(['a']);
    expect((await store.load('a'))?.records).toEqual([{ key: 'k', value: 2, version: 2 }]);
    expect((await store.load('a', { version: 1 }))?.records).toEqual([{ key: 'k', value: 1, version: 1 }]);
    expect((await store.ledger()).length).toBe(2);
    expect((await store.ledger({ runId: 'a' })).length).toBe(1);
    expect(Buffer.from((await store.getBlob(ref))?.bytes ?? []).toString()).toBe('blob of a');
    expect(await store.listRuns()).toEqual(['b', 'a']);
  });

  it('can be put into another log, once', async () => {
    const store = open();
    const ref = await addRun(store, 'a');
    const directory = join(folder, 'moved');
    await createArchive({ store, directory }).archive(['a']);
    const other = open();
    await other.append([event('z', 'run.created', 1)]);
    const archive = createArchive({ store: other, directory });
    for (let i = 0; i < 2; i += 1) await archive.restore(['a']);
    expect((await eventsOf(other)).map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'run.created'],
      [2, 'run.created'],
      [3, 'run.started'],
      [4, 'run.completed'],
    ]);
    expect((await other.load('a'))?.version).toBe(2);
    expect(await other.ledger()).toHaveLength(1);
    expect(await other.getBlob(ref)).toBeDefined();
  });

  it('is found by id and name, page by page, and deleted for good', async () => {
    const store = open();
    for (const id of ['a', 'b', 'c']) await addRun(store, id);
    const archive = archiveOf(store);
    await archive.archive(['a', 'b', 'c']);
    const all = (await archive.list()).map(({ runId }) => runId);
    expect([...all].sort()).toEqual(['a', 'b', 'c']);
    const first = await archive.list({ limit: 2 });
    const rest = await archive.list({ limit: 2, after: first[1]?.runId ?? '' });
    expect([...first, ...rest].map(({ runId }) => runId)).toEqual(all);
    expect((await archive.list({ text: 'Report b' })).map(({ runId }) => runId)).toEqual(['b']);
    const { deleted, refused } = await archive.delete(['b', 'none']);
    expect([deleted, refused.map(({ error }) => error.code)]).toEqual([['b'], ['RUN_NOT_FOUND']]);
    expect((await archive.restore(['b'])).refused[0]?.error.code).toBe('RUN_NOT_FOUND');
  });

  it('is not put back from damaged files, and ids are no paths', async () => {
    const store = open();
    await addRun(store, '../../etc/passwd');
    const directory = join(folder, 'damaged');
    const archive = createArchive({ store, directory });
    await archive.archive(['../../etc/passwd']);
    const names = readdirSync(directory);
    expect(names.every((name) => /^[0-9a-f]{32}\.[a-z.]+$/.test(name))).toBe(true);
    const path = join(directory, names.find((name) => /^\w+\.ndjson\.gz$/.test(name)) ?? '');
    const bytes = readFileSync(path);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const { restored, refused } = await archive.restore(['../../etc/passwd']);
    expect([restored, refused[0]?.error.code]).toEqual([[], 'STORE_FAILED']);
    expect(await eventsOf(store)).toEqual([]);
  });
});

describe('a run that several want to move', () => {
  it('is archived by one of them, whole, and refused to the others', async () => {
    const file = join(folder, 'shared.sqlite');
    const directory = join(folder, 'shared');
    const archives = [open(file), open(file)].flatMap((store) => [
      createArchive({ store, directory }),
      createArchive({ store, directory }),
    ]);
    const store = stores.at(-1) as SqliteStore;
    const ids = Array.from({ length: 8 }, (_, at) => `run-${String(at)}`);
    for (const id of ids) await addRun(store, id);
    const before = await eventsOf(store);
    const reports = await Promise.all(archives.map((archive) => archive.archive(ids)));
    const archived = reports.flatMap((report) => report.archived.map(({ runId }) => runId));
    expect([...archived].sort()).toEqual(ids);
    const codes = reports.flatMap(({ refused }) => refused.map(({ error }) => error.code));
    expect(codes.filter((code) => !['LEASE_HELD', 'RUN_NOT_FOUND'].includes(code))).toEqual([]);
    const [archive] = archives;
    const restored: string[] = [];
    for (const id of ids) restored.push(...((await archive?.restore([id]))?.restored ?? []));
    expect(restored).toEqual(ids);
    expect(await eventsOf(store)).toEqual(before);
  });

  it('stays while something works on it, and when it gets events meanwhile', async () => {
    const store = open();
    await addRun(store, 'a');
    const late = [event('a', 'run.labelled', 9, { labels: {} })];
    // The files are written and the run has not left: whatever is appended before it leaves would be in neither.
    const slow: SqliteStore = {
      ...store,
      vault: {
        ...store.vault,
        dump: async (runId) => {
          await store.append(late);
          return store.vault.dump(runId);
        },
      },
    };
    const directory = join(folder, 'late');
    const { refused } = await createArchive({ store: slow, directory }).archive(['a']);
    expect(refused.map(({ error }) => error.code)).toEqual(['VERSION_CONFLICT']);
    expect((await eventsOf(store)).map(({ type }) => type).at(-1)).toBe('run.labelled');
    const lease = await store.acquireLease({ runId: 'a', owner: 'someone', ttlMs: 60_000 });
    const archive = createArchive({ store, directory });
    expect((await archive.archive(['a'])).refused.map(({ error }) => error.code)).toEqual(['LEASE_HELD']);
    await store.releaseLease(lease);
    expect((await archive.archive(['a'])).archived).toMatchObject([{ runId: 'a', events: 4 }]);
  });

  it('[SEC-05] is not seen, taken back or written over by the store of another tenant', async () => {
    const directory = join(folder, 'mixed');
    const [one, two] = ['one', 'two'].map((tenant) => {
      const store = createSqliteStore({ file: join(folder, `${tenant}.sqlite`), tenant });
      stores.push(store);
      return store;
    }) as [SqliteStore, SqliteStore];
    await addRun(one, 'a');
    await addRun(two, 'a');
    await createArchive({ store: one, directory }).archive(['a']);
    const archive = createArchive({ store: two, directory });
    expect(await archive.list()).toEqual([]);
    expect(await archive.find('a')).toBe(undefined);
    const reports = [await archive.archive(['a']), await archive.restore(['a']), await archive.delete(['a'])];
    expect(reports.map(({ refused }) => refused[0]?.error.code)).toEqual([
      'STORE_FAILED',
      'RUN_NOT_FOUND',
      'RUN_NOT_FOUND',
    ]);
    expect(await eventsOf(two)).toHaveLength(3);
    expect((await createArchive({ store: one, directory }).restore(['a'])).restored).toEqual(['a']);
  });
});

describe('a sweep', () => {
  it('packs what is old without changing it, and archives what is older', async () => {
    const clock = createSimulatedClock(1_000 * DAY);
    const file = join(folder, 'swept.sqlite');
    const store = open(file);
    await addRun(store, 'ancient', 10 * DAY);
    for (let i = 0; i < 300; i += 1)
      await store.append([event('old', 'run.labelled', 850 * DAY, { labels: { i: `${i}` } })]);
    await addRun(store, 'young', 999 * DAY);
    const before = await eventsOf(store);
    const bytes = await store.bytes();
    const archive = createArchive({ store, directory: join(folder, 'cold'), clock });
    const { archived } = await archive.sweep();
    expect(archived.map(({ runId }) => runId)).toEqual(['ancient']);
    expect(await eventsOf(store)).toEqual(before.filter(({ runId }) => runId !== 'ancient'));
    expect((await store.read({ from: 1, filter: { runId: 'old' } })).events).toHaveLength(300);
    expect((await store.read({ from: 100, to: 120 })).events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 21 }, (_, i) => 100 + i),
    );
    expect(await store.bytes()).toBeLessThan(bytes);
    expect([store.first(), store.head()]).toEqual([1, before.length]);
    expect((await verifyStore(file)).problems).toEqual([]);

    await archive.restore(['ancient']);
    expect(await eventsOf(store)).toEqual(before);
    expect((await archive.sweep()).archived).toEqual([]);
    await clock.advance(366 * DAY);
    expect((await archive.sweep()).archived.map(({ runId }) => runId)).toContain('ancient');
    await store.close();
    const reopened = open(file);
    expect((await eventsOf(reopened)).filter(({ runId }) => runId === 'old')).toHaveLength(300);
    expect(await reopened.deleteRun('old')).toBe(true);
    expect((await verifyStore(file)).problems).toEqual([]);
  });
});

describe('fleetglass archive', () => {
  async function cli(...argv: string[]) {
    const said = { out: '', err: '' };
    const code = await runCli(['archive', ...argv], {
      out: (text) => {
        said.out += text;
        return Promise.resolve();
      },
      err: (text) => void (said.err += text),
      isTerminal: false,
      env: {},
      clock: createSimulatedClock(1_000 * DAY),
      program: [],
      signal: new AbortController().signal,
    });
    return { code, ...said };
  }

  it('archives by age and by id beside a process that has the file open, lists, and puts back', async () => {
    const file = join(folder, 'log.sqlite');
    const store = open(file);
    await addRun(store, 'old', DAY);
    await store.append([event('endless', 'run.created', DAY)]);
    await addRun(store, 'young', 999 * DAY);
    const before = await eventsOf(store);
    const cold = ['--directory', join(folder, 'cold')];
    expect(await cli('list', ...cold)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/NOT_FOUND: .* does not exist/) as string,
    });
    const where = ['--store', file, ...cold];
    const byAge = await cli('create', ...where, '--older-than', '365d');
    expect(byAge).toEqual({
      code: 0,
      err: '',
      out: 'old (Report old): 3 events archived.\n1 runs archived.\n',
    });
    const byId = await cli('create', ...where, '--run', 'young', '--run', 'endless', '--run', 'none');
    expect(byId.code).toBe(1);
    expect(byId.out).toBe('young (Report young): 3 events archived.\n');
    expect(byId.err).toMatch(/^endless: RUN_NOT_ENDED: .*\nnone: RUN_NOT_FOUND: .*\n$/);
    expect((await cli('list', ...cold)).out).toMatch(
      /^run +name .*\nyoung +Report young +completed +3 .*\nold +Report old +.*—\n$/,
    );
    expect(JSON.parse((await cli('list', ...cold, '--json', '--text', 'old')).out)).toMatchObject([
      { runId: 'old' },
    ]);
    const back = await cli('restore', ...where, '--run', 'old', '--run', 'young', '--run', 'none');
    expect([back.code, back.err.split(':')[1]]).toEqual([1, ' RUN_NOT_FOUND']);
    expect(await eventsOf(store)).toEqual(before);
  });

  it('says what is missing, and makes no database of a path that is wrong', async () => {
    const cold = ['--directory', folder];
    for (const [argv, words] of [
      [[], /--directory FOLDER/],
      [['create', ...cold], /--store FILE/],
      [['create', '--store', join(folder, 'none.db'), ...cold, '--run', 'a'], /none.db does not exist/],
      [['melt', ...cold], /archive create, list or restore/],
      [['create', 'a', ...cold], /--run ID/],
    ] as const) {
      const { code, err } = await cli(...argv);
      expect(err).toMatch(words);
      expect(code).toBe(words.source.includes('none.db') ? 1 : 2);
    }
    const file = join(folder, 'log.sqlite');
    open(file);
    const both = ['create', '--store', file, ...cold, '--run', 'a', '--older-than', '1d'];
    expect((await cli(...both)).code).toBe(2);
    expect((await cli('restore', '--store', file, ...cold)).err).toMatch(/--run ID/);
    expect((await cli('create', '--store', file, ...cold, '--older-than', 'year')).err).toMatch(/such as/);
    expect(existsSync(join(folder, 'none.db'))).toBe(false);
  });
});
