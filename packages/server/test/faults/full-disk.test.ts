import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from '@fleetglass/core';
import type { Store, StoreTrouble } from '@fleetglass/core';
import { createFakeHost, createSeededRandom, createSimulatedClock } from '@fleetglass/core/testing';
import { createGateway, createSqliteStore, verifyStore } from '@fleetglass/server';
import type { SqliteStore } from '@fleetglass/server';
import { createHealthReports } from '../../src/serve/health-reports.js';
import { createStandaloneHost } from '../../src/serve/standalone-host.js';
import { watchStore } from '../../src/serve/store-watch.js';
import { checkRun, undisturbed } from './recovered-run.js';
import { mountSmallDisk } from './small-disk.js';
import { createJobOrchestrator, INPUT, RUN_ID, RUN_OPTIONS, thirtySteps } from './thirty-steps.js';
import { watchSqlite } from './watched-sqlite.js';
import type { RawDatabase } from './watched-sqlite.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-full-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Something that goes wrong with the disk under an open store, and how it gets well again. */
interface Fault {
  readonly begin: () => void;
  readonly end: () => void;
  /** What SQLite says. */
  readonly says: RegExp;
  /** What the store advises. */
  readonly advises: RegExp;
}

function openStore(file: string): { readonly store: Store; readonly database: RawDatabase } {
  const opened: RawDatabase[] = [];
  const unwatch = watchSqlite({ onOpen: (database) => opened.push(database) });
  try {
    const store = createSqliteStore({ file, durability: 'normal' });
    return { store, database: opened[0] as RawDatabase };
  } finally {
    unwatch();
  }
}

const columnOf = (database: RawDatabase, pragma: string): number =>
  Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() as object)[0]);

/** Runs the job, lets the fault begin in the middle of it and end when the run has been held for a while. */
async function runThrough(store: Store, fault: Fault): Promise<void> {
  const expected = await undisturbed(createMemoryStore());
  const bodies: string[] = [];
  const troubles: StoreTrouble[] = [];
  let told = (): void => undefined;
  const orchestrator = createJobOrchestrator({
    store,
    onStoreTrouble(trouble) {
      troubles.push(trouble);
      told();
    },
  });
  const run = orchestrator.start(
    thirtySteps((line) => {
      bodies.push(line);
      if (line.startsWith('body') && bodies.length === 20) fault.begin();
    }),
    INPUT,
    RUN_OPTIONS,
  );
  while (troubles.length === 0) await new Promise<void>((resolve) => (told = resolve));
  expect(run.status).toBe('paused');
  const [{ runId, error } = {}] = troubles;
  expect(runId).toBe(RUN_ID);
  expect(error).toMatchObject({ code: 'STORE_FAILED' });
  expect(error?.message).toMatch(fault.advises);
  expect((error?.cause as Error).message).toMatch(fault.says);
  // Asked now and refused again, it changes nothing.
  await run.resume();
  const line = {
    v: 1,
    time: 1,
    type: 'log.written',
    data: { level: 'info', message: 'x'.repeat(100_000) },
  } as const;
  await expect(store.append([line])).rejects.toMatchObject({ code: 'STORE_FAILED' });
  const { events } = await store.read({ from: 1, limit: 100_000 });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(run.status).toBe('paused');

  fault.end();
  await run.resume();
  expect(await run.result).toEqual(expected);
  expect(troubles.at(-1)).toEqual({ runId: RUN_ID });
  expect(bodies.filter((body) => body.startsWith('body'))).toHaveLength(30);
  await orchestrator.close();
  const after = (await store.read({ from: 1, limit: 100_000 })).events;
  expect(after.filter(({ type }) => type === 'run.paused').map(({ data }) => data['reason'])).toContain(
    'store',
  );
  expect(await checkRun(store, expected)).toEqual({ abandoned: 0 });
  await store.close();
}

/** What a fresh process finds in the file. */
async function checkFile(file: string): Promise<void> {
  const { store, database } = openStore(file);
  expect(Object.values(database.prepare('PRAGMA integrity_check').get() as object)).toEqual(['ok']);
  expect(await checkRun(store, await undisturbed(createMemoryStore()))).toEqual({ abandoned: 0 });
  await store.close();
}

/** Serves a store as `fleetglass serve` does, while its disk is full again and again. */
async function cyclesOfServing(
  raw: SqliteStore,
  cycles: number,
  fault: Pick<Fault, 'begin' | 'end'>,
): Promise<void> {
  const clock = createSimulatedClock();
  const lines: string[] = [];
  const log = (_fields: object, message: string): void => void lines.push(message);
  const reports = createHealthReports({ store: raw, clock });
  const watch = watchStore(raw, { clock, reports, logger: { debug: log, info: log, warn: log, error: log } });
  const { store } = watch;
  const gateway = createGateway({
    host: createStandaloneHost(store),
    port: 0,
    token: 't',
    ingest: { store },
  });
  watch.measure(gateway.registry);
  await gateway.listen();
  const random = createSeededRandom(5);
  const noise = () => Array.from({ length: 30_000 }, () => Math.floor(random() * 36).toString(36)).join('');
  const headers = { authorization: 'Bearer t', 'content-type': 'application/json' };
  const post = async (id: string) => {
    const body = JSON.stringify([
      { v: 1, time: 1, runId: 'a', type: 'log.written', id, data: { level: 'info', message: noise() } },
    ]);
    return (await fetch(`${gateway.url}/api/v1/events`, { method: 'POST', headers, body })).status;
  };
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 500) {
      await clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const reported = async () =>
    (await store.read({ from: 1, filter: { types: ['system.health'] } })).events.map(({ data }) => data);
  expect(await post('before')).toBe(200);
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    fault.begin();
    // Whoever sends tries on, so that nobody takes a short event that still fits for the end of it.
    for (let second = 0; second < 3; second += 1) {
      expect(await post(`cycle ${String(cycle)}`)).toBe(500);
      await pass(500);
    }
    expect(await gateway.registry.metrics()).toMatch(/^fleetglass_store_refusing 1$/m);
    expect((await fetch(`${gateway.url}/api/v1/logs`, { headers })).status).toBe(200);
    expect(await reported()).toHaveLength(cycle);
    fault.end();
    expect(await post(`cycle ${String(cycle)}`)).toBe(200);
    await pass(5_000);
    expect(await reported()).toHaveLength(cycle + 1);
    expect(await gateway.registry.metrics()).toMatch(/^fleetglass_store_refusing 0$/m);
    await pass(10_000);
  }
  expect((await reported()).every(({ component, status }) => component === 'store' && status === 'ok')).toBe(
    true,
  );
  expect(lines).toHaveLength(2 * cycles);
  const logged = await store.read({ from: 1, filter: { runId: 'a' }, limit: 1_000 });
  expect(logged.events.map(({ id }) => id)).toEqual([
    'before',
    ...Array.from({ length: cycles }, (_, cycle) => `cycle ${String(cycle)}`),
  ]);
  reports.close();
  watch.close();
  await gateway.close();
  await raw.close();
}

describe('a store on a disk that fails', () => {
  it('is full as far as SQLite is concerned: the run pauses, loses nothing and goes on when there is room', async () => {
    const file = join(folder, 'log.sqlite');
    const { store, database } = openStore(file);
    await runThrough(store, {
      begin: () => database.exec(`PRAGMA max_page_count = ${columnOf(database, 'page_count')}`),
      end: () => database.exec('PRAGMA max_page_count = 1000000'),
      says: /full/,
      advises: /disk is full: make room/,
    });
    await checkFile(file);
  });

  it('refuses to write as if its folder were read-only: the run pauses and goes on when it may write again', async () => {
    const file = join(folder, 'log.sqlite');
    const { store, database } = openStore(file);
    await runThrough(store, {
      begin: () => database.exec('PRAGMA query_only = ON'),
      end: () => database.exec('PRAGMA query_only = OFF'),
      says: /readonly|read-only/,
      advises: /may not be written/,
    });
    await checkFile(file);
  });

  it('is really full', async ({ skip }) => {
    const disk = mountSmallDisk(folder, '2m', skip);
    try {
      const file = join(disk.path, 'log.sqlite');
      const { store } = openStore(file);
      await runThrough(store, {
        begin: () => disk.fill(),
        end: () => disk.free(),
        says: /full|I\/O/,
        advises: /disk is full: make room|Nothing of this write was kept/,
      });
      await checkFile(file);
    } finally {
      disk.unmount();
    }
  });

  it('refuses events over HTTP while it is full, keeps nothing of them, and takes them by itself when there is room', async () => {
    const file = join(folder, 'log.sqlite');
    const { store, database } = openStore(file);
    const gateway = createGateway({ host: createFakeHost(), port: 0, token: 't', ingest: { store } });
    await gateway.listen();
    const random = createSeededRandom(4);
    // Nothing makes it shorter.
    const noise = () => Array.from({ length: 30_000 }, () => Math.floor(random() * 36).toString(36)).join('');
    const post = async (id: string) => {
      const data = { level: 'info', message: noise() };
      const response = await fetch(`${gateway.url}/api/v1/events`, {
        method: 'POST',
        headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
        body: JSON.stringify([{ v: 1, time: 1, type: 'log.written', id, data }]),
      });
      return [response.status, ((await response.json()) as { code?: string }).code];
    };
    expect(await post('before')).toEqual([200, undefined]);
    for (let cycle = 0; cycle < 50; cycle += 1) {
      const head = store.head();
      database.exec(`PRAGMA max_page_count = ${columnOf(database, 'page_count')}`);
      expect(await post(`cycle ${cycle}`)).toEqual([500, 'STORE_FAILED']);
      expect([store.head(), (await store.read({ from: 1 })).events.length]).toEqual([head, head]);
      database.exec('PRAGMA max_page_count = 1000000');
      // The same request, sent again.
      expect(await post(`cycle ${cycle}`)).toEqual([200, undefined]);
    }
    expect((await store.read({ from: 1 })).events.map(({ id }) => id)).toEqual([
      'before',
      ...Array.from({ length: 50 }, (_, cycle) => `cycle ${cycle}`),
    ]);
    await gateway.close();
    await store.close();
    expect((await verifyStore(file)).problems).toEqual([]);
  });

  it('is served all the while: reading goes on, one event tells of each time that it was full', async () => {
    const file = join(folder, 'log.sqlite');
    const opened: RawDatabase[] = [];
    const unwatch = watchSqlite({ onOpen: (database) => opened.push(database) });
    const raw = createSqliteStore({ file });
    unwatch();
    const [database] = opened as [RawDatabase];
    await cyclesOfServing(raw, 50, {
      begin: () => database.exec(`PRAGMA max_page_count = ${columnOf(database, 'page_count')}`),
      end: () => database.exec('PRAGMA max_page_count = 1000000'),
    });
    expect((await verifyStore(file)).problems).toEqual([]);
  }, 60_000);

  it('is served on a disk that is really full, again and again', async ({ skip }) => {
    const disk = mountSmallDisk(folder, '2m', skip);
    try {
      const file = join(disk.path, 'log.sqlite');
      await cyclesOfServing(createSqliteStore({ file }), 12, {
        begin: () => disk.fill(),
        end: () => disk.free(),
      });
      expect((await verifyStore(file)).problems).toEqual([]);
    } finally {
      disk.unmount();
    }
  }, 60_000);

  it('lies in a folder that cannot be written: opening it says so', ({ skip }) => {
    if (process.getuid?.() === 0) {
      console.warn(
        'Root may write everywhere; run as another user to test a folder that is read-only: skipped.',
      );
      skip();
    }
    chmodSync(folder, 0o500);
    expect(() => createSqliteStore({ file: join(folder, 'log.sqlite') })).toThrow(
      expect.objectContaining({ code: 'STORE_FAILED', message: expect.stringContaining(folder) as string }),
    );
  });
});
