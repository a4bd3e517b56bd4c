import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  BLOB_GRACE_MS,
  createRollupFold,
  createRollupRows,
  planRollup,
  ROLLUP_DIMENSIONS,
  systemClock,
} from '@fleetglass/core';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { legalLogs } from '@fleetglass/core/testing';
import fc from 'fast-check';
import { blobRefOf } from './blobs.js';
import { openDatabase } from './database.js';
import { migrate } from './schema.js';
import { createSqliteStore } from './sqlite-store.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-schema-'));
  file = join(folder, 'log.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the first version of the schema held of two runs that name the same blob, and one that names its own. */
function writeFirstVersion(shared: Uint8Array, own: Uint8Array): void {
  const database = openDatabase(file);
  migrate(database, file, 1);
  const run = (sql: string, ...values: (string | number | Uint8Array)[]): unknown =>
    database.prepare(sql).run(...values);
  const event = (seq: number, runId: string, data: object) => ({
    v: 1,
    seq,
    time: seq,
    type: 'log.written',
    runId,
    data,
  });
  const naming = (bytes: Uint8Array) => ({ output: { kind: 'blob', ref: blobRefOf(bytes) } });
  const body = [event(1, 'a', naming(shared)), event(2, 'b', naming(shared)), event(3, 'a', {})];
  run("INSERT INTO meta VALUES ('epoch', 'log_1')");
  run('INSERT INTO segments VALUES (1, 3, ?, ?)', 1 << 7, JSON.stringify(body));
  run("INSERT INTO segment_runs VALUES ('a', 1), ('b', 1)");
  run("INSERT INTO runs VALUES (1, 'a', 2), (2, 'b', 1)");
  run("INSERT INTO records VALUES ('a', 'k', 1, 1, '1'), ('a', 'k', 2, 1, ?)", JSON.stringify(naming(own)));
  run("INSERT INTO records VALUES ('b', 'k', 1, 1, '2')");
  run("INSERT INTO leases VALUES ('a', 'me', 4, 0)");
  for (const callId of ['one', 'two']) {
    run('INSERT INTO ledger (run_id, entry) VALUES (?, ?)', 'a', JSON.stringify({ callId, kind: 'settled' }));
  }
  for (const bytes of [shared, own])
    run("INSERT INTO blobs VALUES (?, 'text/plain', ?)", blobRefOf(bytes), bytes);
  database.close();
}

it('takes over what the first version wrote, down to who names which blob', async () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const [shared, own] = [bytes('shared'), bytes('own')];
  writeFirstVersion(shared, own);
  const clock = { ...systemClock, now: () => Date.now() + 2 * BLOB_GRACE_MS };
  const store = createSqliteStore({ file, clock });
  expect([store.epoch, store.head(), store.deletions()]).toEqual(['log_1', 3, 0]);
  expect((await store.read({ from: 1, filter: { runId: 'a' } })).events.map(({ seq }) => seq)).toEqual([
    1, 3,
  ]);
  expect((await store.load('a', { version: 1 }))?.records).toEqual([{ key: 'k', value: 1, version: 1 }]);
  expect((await store.ledger({ runId: 'a' })).map(({ callId }) => callId)).toEqual(['one', 'two']);
  expect([...((await store.getBlob(blobRefOf(own)))?.bytes ?? [])]).toEqual([...own]);

  expect(await store.deleteRun('a')).toBe(true);
  expect(await store.getBlob(blobRefOf(own))).toBe(undefined);
  expect(await store.getBlob(blobRefOf(shared))).toBeDefined();
  expect((await store.acquireLease({ runId: 'a', owner: 'you', ttlMs: 1 })).epoch).toBeGreaterThan(4);
  expect(await store.ledger()).toHaveLength(2);
  await store.deleteRun('b');
  expect(await store.getBlob(blobRefOf(shared))).toBe(undefined);
  await store.close();
});

it('leaves a file that it brought up to date alone', async () => {
  writeFirstVersion(new Uint8Array(1), new Uint8Array(2));
  for (let round = 0; round < 2; round += 1) await createSqliteStore({ file }).close();
  const database = openDatabase(file);
  expect(database.prepare('PRAGMA user_version').get()?.[0]).toBe(3);
  expect(database.prepare('PRAGMA integrity_check').get()?.[0]).toBe('ok');
  database.close();
});

it('sums up what was written before there were sums', async () => {
  const [log = []] = fc.sample(legalLogs(fc, { runs: 6, steps: 900 }), { numRuns: 1, seed: 5 });
  const database = openDatabase(file);
  migrate(database, file, 2);
  const insert = database.prepare('INSERT INTO segments VALUES (?, ?, ?, ?)');
  const note = database.prepare('INSERT OR IGNORE INTO segment_runs VALUES (?, ?)');
  const size = 50;
  for (let i = 0; i < log.length; i += size) {
    const events: readonly FleetEvent[] = log.slice(i, i + size);
    insert.run(i + 1, i + events.length, 2 ** 31 - 1, JSON.stringify(events));
    for (const { runId = '' } of events) note.run(runId, i + 1);
  }
  database.close();

  const store = createSqliteStore({ file });
  const cells = createRollupFold().fold(log).values();
  for (const by of ROLLUP_DIMENSIONS) {
    const query = { period: 'hour', by } as const;
    const rows = createRollupRows(planRollup(query));
    for (const cell of cells) rows.addCell(cell);
    expect(await store.rollups?.read(query)).toEqual(rows.rows());
  }
  await store.close();
});
