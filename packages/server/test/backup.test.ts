import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createEventLog, inProcess, systemClock } from '@fleetglass/core';
import type { Store } from '@fleetglass/core';
import { encodeCursor } from '@fleetglass/core/protocol';
import { createSeededRandom } from '@fleetglass/core/testing';
import { backupStore, createSqliteStore, restoreStore, verifyStore } from '@fleetglass/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../src/cli/run-cli.js';
import { openDatabase } from '../src/storage/database.js';
import { manifestPath } from '../src/storage/verify-store.js';
import { bundleProgram } from './faults/bundle-program.js';

const run = promisify(execFile);
let folder: string;
let file: string;
let target: string;
const stores: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-backup-'));
  file = join(folder, 'log.sqlite');
  target = join(folder, 'copy.sqlite');
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(path = file): Store {
  const store = createSqliteStore({ file: path });
  stores.push(store);
  return store;
}

const line = (message: string, runId = 'a') => ({
  v: 1,
  time: 1,
  type: 'log.written',
  runId,
  data: { level: 'info', message },
});

/** A closed store with events, records, a blob and a long text. */
async function fill(): Promise<void> {
  const store = open();
  const ref = await store.putBlob(new TextEncoder().encode('a blob'), 'text/plain');
  await store.commit({
    runId: 'a',
    leaseEpoch: 0,
    expectedVersion: 0,
    writes: [{ key: 'state', value: { output: { kind: 'blob', ref }, text: 'long '.repeat(2_000) } }],
    events: [line('x'.repeat(3_000))],
  });
  for (let i = 0; i < 40; i += 1) {
    await store.append(Array.from({ length: 25 }, (_, k) => line(`line ${i} ${k}`, `run-${i % 5}`)));
  }
  await store.close();
}

const eventsOf = async (store: Store, to?: number) =>
  (await store.read({ from: 1, limit: 1_000_000, ...(to === undefined ? {} : { to }) })).events;

async function cli(...argv: string[]) {
  const said = { out: '', err: '' };
  const code = await runCli(argv, {
    out: async (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTerminal: false,
    env: {},
    clock: systemClock,
    program: [],
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

describe('a backup', () => {
  it('is a prefix of the log while five writers write', async () => {
    const program = await bundleProgram('backup-child', folder);
    const writers = Array.from({ length: 5 }, () => open());
    let isDone = false;
    const written = writers.map(async (store, i) => {
      for (let k = 0; !isDone; k += 1) {
        await store.append([line(`${i} ${k}`), line(`${i} ${k} again`)]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    await new Promise((resolve) => setImmediate(resolve));
    const heads: number[] = [];
    for (const name of ['one', 'two', 'three']) {
      const { stdout } = await run(process.execPath, ['--no-warnings', program, file, join(folder, name)]);
      heads.push(Number(stdout));
    }
    isDone = true;
    await Promise.all(written);
    const whole = await eventsOf(open());
    expect(heads[0]).toBeGreaterThan(0);
    expect([...heads].sort((a, b) => a - b)).toEqual(heads);
    for (const [index, name] of ['one', 'two', 'three'].entries()) {
      const copy = await eventsOf(open(join(folder, name)));
      expect(copy).toEqual(whole.slice(0, heads[index]));
      // A commit of two events is there whole or not at all.
      expect(copy.length % 2).toBe(0);
    }
  }, 60_000);

  it('says the same as what it is a copy of, in one file', async () => {
    await fill();
    const report = await backupStore({ file, target });
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ ...(await verifyStore(file)), file: target });
    expect(report.events).toBe(1_001);
    expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual([
      'copy.sqlite',
      'copy.sqlite.manifest.json',
    ]);
  });

  it('replaces nothing unless it is told to, and leaves nothing where it fails', async () => {
    await fill();
    await backupStore({ file, target });
    const before = readFileSync(target);
    await expect(backupStore({ file, target })).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(backupStore({ file, target: file, force: true })).rejects.toThrow(/onto itself/);
    await expect(backupStore({ file: join(folder, 'none'), target, force: true })).rejects.toThrow(
      /not exist/,
    );
    writeFileSync(join(folder, 'text'), 'no database at all');
    await expect(backupStore({ file: join(folder, 'text'), target, force: true })).rejects.toThrow(
      /not a database/,
    );
    expect(readFileSync(target).equals(before)).toBe(true);
    await backupStore({ file, target, force: true });
    expect(existsSync(`${target}.part`)).toBe(false);
    expect((await verifyStore(target)).problems).toEqual([]);
  });
});

describe('verify', () => {
  it('finds every byte that flips in a backup', async () => {
    await fill();
    await backupStore({ file, target });
    const whole = readFileSync(target);
    const random = createSeededRandom(3);
    let found = 0;
    for (let i = 0; i < 40; i += 1) {
      const bytes = Buffer.from(whole);
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      writeFileSync(target, bytes);
      if ((await verifyStore(target)).problems.length > 0) found += 1;
    }
    expect(found).toBe(40);
  }, 60_000);

  it('finds a file that was cut off, also without a manifest', async () => {
    await fill();
    await backupStore({ file, target });
    const { length } = readFileSync(target);
    for (const share of [0, 0.01, 0.3, 0.9, 0.999]) {
      const cut = join(folder, 'cut.sqlite');
      copyFileSync(target, cut);
      truncateSync(cut, Math.floor(length * share));
      expect((await verifyStore(cut)).problems.length).toBeGreaterThan(0);
    }
  });

  it('says what is wrong in words, and ends with 1', async () => {
    await fill();
    const sound = await cli('verify', file);
    expect([sound.code, sound.err]).toEqual([0, '']);
    expect(sound.out).toMatch(/is sound: 1001 events up to 1001/);
    const database = openDatabase(file);
    database.exec('DELETE FROM segments WHERE seq_from = 202');
    database.exec("UPDATE segments SET body = '[]' WHERE seq_from = 302");
    database.exec("UPDATE blobs SET bytes = x'00'");
    database.close();
    const { code, err } = await cli('verify', file);
    expect(code).toBe(1);
    expect(err).toMatch(/Events 202 to 226 are missing/);
    expect(err).toMatch(/Events 302 to 326 are missing/);
    expect(err).toMatch(/The blob sha256-\w+ is not what it was/);
    expect((await cli('verify', join(folder, 'none'))).err).toMatch(/no such file/);
    expect((await cli('verify')).code).toBe(2);
  });

  it('knows that a deleted run leaves places behind', async () => {
    await fill();
    const store = open();
    await store.deleteRun('run-1');
    await store.close();
    expect((await verifyStore(file)).problems).toEqual([]);
  });
});

describe('restore', () => {
  it('brings back what was copied, in a new life of the log: viewers start from a snapshot', async () => {
    await fill();
    await backupStore({ file, target });
    const before = open();
    const kept = await eventsOf(before);
    await before.append([line('after the copy')]);
    const cursor = encodeCursor({ epoch: before.epoch, seq: before.head() });
    await expect(restoreStore({ backup: target, file })).rejects.toThrow(/exists/);
    await expect(restoreStore({ backup: target, file, force: true })).rejects.toThrow(/in use/);
    expect(before.head()).toBe(1_002);
    await before.close();
    expect((await cli('restore', target, file, '--force')).code).toBe(0);

    const after = open();
    expect(await eventsOf(after)).toEqual(kept);
    expect(after.epoch).not.toBe(before.epoch);
    expect((await after.load('a'))?.version).toBe(1);
    const commands = { execute: async () => undefined };
    const transport = inProcess({ log: createEventLog(after), blobs: after, commands });
    const reason = await new Promise((resolve) => {
      transport.subscribe(
        { filter: {}, position: () => cursor },
        { snapshot: (delivery) => resolve(delivery.reason), events: resolve, error: resolve },
      );
    });
    expect(reason).toBe('epoch');
    transport.close();
  });

  it('replaces a damaged database, and nothing by a damaged backup', async () => {
    await fill();
    await backupStore({ file, target });
    writeFileSync(file, 'ruined');
    writeFileSync(`${file}-wal`, 'ruined too');
    await restoreStore({ backup: target, file, force: true });
    expect((await verifyStore(file)).problems).toEqual([]);

    const before = readFileSync(file);
    truncateSync(target, 5_000);
    await expect(restoreStore({ backup: target, file, force: true })).rejects.toThrow(/nothing was changed/);
    rmSync(manifestPath(target));
    await expect(restoreStore({ backup: target, file, force: true })).rejects.toThrow(/nothing was changed/);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });
});
