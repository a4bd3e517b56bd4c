import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeHost, createSeededRandom } from '@fleetglass/core/testing';
import type { EventDraft } from '@fleetglass/core/protocol';
import { openDatabase } from './database.js';
import { isProcessGone, processOwner } from './process-owner.js';
import { createSqliteStore } from './sqlite-store.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-crash-'));
  file = join(folder, 'log.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const draft = (message: string): EventDraft => ({
  v: 1,
  time: 1,
  type: 'log.written',
  runId: 'a',
  data: { level: 'info', message },
});

/** A program of TypeScript, bundled so that a plain process can run it. */
async function bundle(source: string): Promise<string> {
  const { build } = await import('esbuild');
  const outfile = join(folder, 'writer.mjs');
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  await build({
    stdin: { contents: source, resolveDir: at('.'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
    alias: {
      '@fleetglass/core/protocol': at('../../../core/src/protocol.ts'),
      '@fleetglass/core': at('../../../core/src/index.ts'),
    },
    // The bundle lies outside the repository: the optional driver is still found from here.
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  });
  return outfile;
}

const WRITER = `
import { createSqliteStore } from './sqlite-store.js';
const store = createSqliteStore({ file: process.argv[2] });
let n = 0;
async function writer(name) {
  for (;;) {
    const message = name + ' ' + (n += 1);
    const { from } = await store.append([{ v: 1, time: 1, type: 'log.written', runId: name, data: { level: 'info', message } }]);
    process.stdout.write(from + ' ' + message + '\\n');
  }
}
async function committer() {
  for (let version = 0; ; version += 1) {
    const { from } = await store.commit({ runId: 'run', leaseEpoch: 0, expectedVersion: version,
      writes: [{ key: 'step', value: version }],
      events: [{ v: 1, time: 1, type: 'task.completed', runId: 'run', taskId: String(version), data: {} }] });
    process.stdout.write(from + ' commit ' + version + '\\n');
  }
}
writer('a'); writer('b'); committer();
`;

/** Makes runs of three commits and deletes each again, many at a time; says when it has deleted one. */
const DELETER = `
import { createSqliteStore } from './sqlite-store.js';
const store = createSqliteStore({ file: process.argv[2], durability: 'normal' });
async function life(runId) {
  const text = runId.repeat(400);
  const ref = await store.putBlob(new TextEncoder().encode(JSON.stringify({ text })), 'application/json');
  for (let version = 0; version < 3; version += 1) {
    await store.commit({ runId, leaseEpoch: 0, expectedVersion: version, writes: [{ key: 'k' + version, value: text }],
      events: [{ v: 1, time: 1, type: 'log.written', runId, data: { text, ref } }] });
  }
  await store.deleteRun(runId);
  process.stdout.write(runId + '\\n');
}
for (let n = 0; ; n += 4) await Promise.all([0, 1, 2, 3].map((each) => life('run-' + (n + each))));
`;

describe('a process that is killed', () => {
  it('has deleted a run whole or not at all', async () => {
    const program = await bundle(DELETER);
    const random = createSeededRandom(2);
    for (let round = 0; round < 6; round += 1) {
      const dead = join(folder, `deleting-${round}.sqlite`);
      const child = spawn(process.execPath, ['--no-warnings', program, dead], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let acknowledged = '';
      const wanted = 60 + Math.floor(random() * 400);
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          acknowledged += chunk.toString();
          if (acknowledged.length > wanted) child.kill('SIGKILL');
        });
        child.on('close', () => resolve());
      });
      const store = createSqliteStore({ file: dead });
      const gone = acknowledged.split('\n').slice(0, -1);
      expect(store.deletions()).toBeGreaterThanOrEqual(gone.length);
      const { events } = await store.read({ from: 1, limit: 10_000 });
      const left = new Map<string, number>();
      for (const { runId = '' } of events) left.set(runId, (left.get(runId) ?? 0) + 1);
      for (const runId of gone) expect(left.has(runId)).toBe(false);
      expect(await store.listRuns()).toEqual([...left.keys()]);
      for (const [runId, commits] of left) {
        const records = (await store.load(runId))?.records;
        expect(records?.map(({ value }) => value)).toEqual(Array(commits).fill(runId.repeat(400)));
      }
      for (const runId of left.keys()) await store.deleteRun(runId);
      await store.close();
      const database = openDatabase(dead);
      // Blobs are within their grace and hold their text; nothing else is left of anything.
      const held = 'SELECT count(*) FROM blobs';
      const refs = 'SELECT coalesce(sum(refs), 0) FROM pieces';
      expect(database.prepare(refs).get()).toEqual(database.prepare(held).get());
      expect(database.prepare('SELECT count(*) FROM blob_runs').get()).toEqual([0]);
      database.close();
    }
  }, 60_000);

  it('has lost no event and no commit that it acknowledged', async () => {
    const program = await bundle(WRITER);
    const random = createSeededRandom(1);
    const acknowledged = new Map<number, string>();
    let epoch: string | undefined;
    for (let round = 0; round < 5; round += 1) {
      const dead = join(folder, `round-${round}.sqlite`);
      const child = spawn(process.execPath, ['--no-warnings', program, dead], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const wanted = 20 + Math.floor(random() * 400);
      acknowledged.clear();
      let rest = '';
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          const lines = (rest + chunk.toString()).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines)
            acknowledged.set(Number.parseInt(line), line.slice(line.indexOf(' ') + 1));
          if (acknowledged.size >= wanted) child.kill('SIGKILL');
        });
        child.on('close', () => resolve());
      });
      const store = createSqliteStore({ file: dead });
      epoch ??= store.epoch;
      const found = new Map<number, string>();
      for (let from = 1; from <= store.head();) {
        const page = await store.read({ from });
        for (const event of page.events) {
          expect(event.seq).toBe(found.size + 1);
          found.set(
            event.seq,
            event.type === 'task.completed'
              ? `commit ${String(event.taskId)}`
              : String(event.data['message']),
          );
        }
        from = page.to + 1;
      }
      for (const [seq, what] of acknowledged) expect(found.get(seq)).toBe(what);
      const commits = [...found.values()].filter((what) => what.startsWith('commit')).length;
      const run = await store.load('run');
      // Records and events of a commit are there together or not at all.
      expect(run?.version).toBe(commits);
      expect(run?.records).toEqual([{ key: 'step', value: commits - 1, version: commits }]);
      await store.close();
    }
  }, 60_000);

  it('is recognised as gone by its owner id, and a living one is not', async () => {
    expect(isProcessGone(processOwner())).toBe(false);
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    const [boot] = processOwner().split('/');
    const living = [boot, String(child.pid), ''].join('/');
    expect(isProcessGone(living)).toBe(false);
    const closed = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGKILL');
    await closed;
    expect(isProcessGone(living)).toBe(true);
    expect(isProcessGone(['another boot', String(child.pid), ''].join('/'))).toBe(false);
    for (const odd of ['', 'x', `${String(boot)}/-1/`, `${String(boot)}/0/`, `${String(boot)}/NaN/`]) {
      expect(isProcessGone(odd)).toBe(false);
    }
    if (existsSync('/proc/self/stat')) {
      expect(isProcessGone([boot, String(process.pid), 'another start'].join('/'))).toBe(true);
    }
  });
});

describe('a damaged file', () => {
  const write = async (events: number): Promise<void> => {
    const store = createSqliteStore({ file });
    for (let i = 0; i < events; i += 1) await store.append([draft(`${i} ${'x'.repeat(2_000)}`)]);
    await store.close();
  };
  const failure = async (): Promise<unknown> => {
    try {
      const store = createSqliteStore({ file });
      try {
        await store.read({ from: 1, limit: 10_000 });
        return undefined;
      } finally {
        await store.close();
      }
    } catch (error) {
      return error;
    }
  };

  it.each([
    ['text', () => writeFileSync(file, 'this was never a database, whatever its name says\n'.repeat(100))],
    [
      'an overwritten header',
      () => writeFileSync(file, Buffer.concat([Buffer.alloc(100, 7), readFileSync(file).subarray(100)])),
    ],
    ['a cut-off end', () => truncateSync(file, 20_000)],
    [
      'overwritten pages',
      () => {
        const bytes = readFileSync(file);
        bytes.fill(0xaa, 4_096);
        writeFileSync(file, bytes);
      },
    ],
  ])('says what is wrong with %s', async (_name, damage) => {
    await write(30);
    damage();
    const error = await failure();
    expect(error).toMatchObject({ code: 'STORE_FAILED' });
    expect((error as Error).message).toContain(file);
    expect((error as Error).message).toMatch(/damaged|not a database/);
  });

  it('refuses the database of another program and leaves it as it was', async () => {
    const database = openDatabase(file);
    database.exec('CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)');
    database.close();
    const before = readFileSync(file);
    expect(await failure()).toMatchObject({ code: 'STORE_FAILED' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('continues a copy with the same epoch and events', async () => {
    await write(3);
    const copy = join(folder, 'copy.sqlite');
    copyFileSync(file, copy);
    const [one, two] = [createSqliteStore({ file }), createSqliteStore({ file: copy })];
    expect([two.epoch, two.head()]).toEqual([one.epoch, 3]);
    await one.close();
    await two.close();
  });
});

describe('a disk that fails', () => {
  it('rejects the calls of that moment, tells no listener, and goes on when it recovers', async () => {
    const store = createSqliteStore({ file });
    await store.append([draft('before')]);
    const seen: number[] = [];
    store.subscribe(({ from, to }) => seen.push(from, to));
    // Another connection that holds the write lock stands for any failure of the disk.
    const other = openDatabase(file);
    other.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE');
    const results = await Promise.allSettled([
      store.append([draft('one')]),
      store.commit({ runId: 'a', leaseEpoch: 0, expectedVersion: 0, writes: [], events: [draft('two')] }),
    ]);
    expect(
      results.map((result) =>
        result.status === 'rejected' ? (result.reason as { code: string }).code : 'ok',
      ),
    ).toEqual(['STORE_FAILED', 'STORE_FAILED']);
    expect(seen).toEqual([]);
    expect(store.head()).toBe(1);
    other.exec('ROLLBACK');
    other.close();
    expect(await store.append([draft('after')])).toEqual({ from: 2, to: 2 });
    expect((await store.read({ from: 1 })).events.map(({ data }) => data['message'])).toEqual([
      'before',
      'after',
    ]);
    await store.close();
  });

  it('rejects every call after it was closed', async () => {
    const store = createSqliteStore({ file });
    const last = store.append([draft('last')]);
    await store.close();
    expect(await last).toEqual({ from: 1, to: 1 });
    for (const call of [
      () => store.append([draft('late')]),
      () => store.read({ from: 1 }),
      () => store.load('a'),
      () => store.listRuns(),
      () => store.ledger(),
      () => store.putBlob(new Uint8Array(1), 'x'),
      () => store.getBlob('x'),
      () => store.acquireLease({ runId: 'a', owner: 'me', ttlMs: 1 }),
      () => store.commit({ runId: 'a', leaseEpoch: 0, expectedVersion: 0, writes: [], events: [] }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    }
    await store.close();
  });

  it('is not disturbed by a listener that throws', async () => {
    const store = createSqliteStore({ file });
    let others = 0;
    store.subscribe(() => {
      throw new Error('broken listener');
    });
    store.subscribe(() => (others += 1));
    await store.append([draft('one')]);
    expect(others).toBe(1);
    expect(createFakeHost({ store }).log.head()).toBe(1);
    await store.close();
  });
});
