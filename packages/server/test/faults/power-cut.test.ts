import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventDraft } from '@fleetglass/core/protocol';
import { createSeededRandom } from '@fleetglass/core/testing';
import { createSqliteStore, verifyStore } from '@fleetglass/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStoreFile } from '../../src/storage/store-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-cut-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const call = (text: string): EventDraft => ({
  v: 1,
  time: 1,
  type: 'usage.recorded',
  runId: 'a',
  data: { usage: { inputTokens: 1, outputTokens: 1 }, calls: 1, cost: { basis: 'list', nanoUsd: 7 }, text },
});

/** Ways in which the end of a journal looks after the power has gone while it was written. */
const TEARS: readonly ((wal: Buffer, from: number, random: () => number) => Buffer)[] = [
  (wal, from, random) => wal.subarray(0, from + Math.floor(random() * (wal.length - from + 1))),
  (wal, from, random) => {
    const torn = Buffer.from(wal);
    for (let at = from + Math.floor(random() * (wal.length - from)); at < torn.length; at += 1) {
      torn[at] = Math.floor(random() * 256);
    }
    return torn;
  },
  (wal, from, random) => {
    const torn = Buffer.from(wal);
    const page = from + Math.floor((random() * (wal.length - from)) / 512) * 512;
    torn.fill(0, page, Math.min(torn.length, page + 512));
    return torn;
  },
];

it('keeps what was acknowledged, and its sums, whatever the journal looks like after it', async () => {
  const random = createSeededRandom(9);
  const file = join(folder, 'log.sqlite');
  const image = join(folder, 'image.sqlite');
  const store = createSqliteStore({ file });
  const injected = { cuts: 0, lost: 0 };
  const append = (n: number) =>
    store.append(Array.from({ length: n }, (_, i) => call(`${i}`.repeat(1 + Math.floor(random() * 900)))));
  await append(3);
  for (let round = 0; round < 20; round += 1) {
    await append(1 + Math.floor(random() * 20));
    const acknowledged = store.head();
    copyFileSync(file, image);
    const from = readFileSync(`${file}-wal`).length;
    await append(1 + Math.floor(random() * 20));
    const wal = readFileSync(`${file}-wal`);
    // The journal was begun anew: what is in it belongs to another image.
    if (wal.length <= from) continue;
    for (const tear of TEARS) {
      for (const rest of ['-wal', '-shm']) rmSync(`${image}${rest}`, { force: true });
      copyFileSync(file, `${image}.later`);
      if (!readFileSync(`${image}.later`).equals(readFileSync(image))) break;
      writeFileSync(`${image}-wal`, tear(wal, from, random));
      injected.cuts += 1;
      const found = createSqliteStore({ file: image });
      const { events } = await found.read({ from: 1, limit: 100_000 });
      if (found.head() < acknowledged) injected.lost += 1;
      expect([acknowledged, store.head()]).toContain(found.head());
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
      const [sums] = (await found.rollups?.read({ period: 'total' })) ?? [];
      expect([sums?.modelCalls, sums?.cost.nanoUsd]).toEqual([events.length, events.length * 7]);
      await found.append([call('goes on')]);
      await found.close();
      expect((await verifyStore(image)).problems).toEqual([]);
      // Opening has changed the image.
      copyFileSync(`${image}.later`, image);
    }
  }
  await store.close();
  expect(injected.lost).toBe(0);
  expect(injected.cuts).toBeGreaterThan(30);
  console.log(`Power cuts: ${injected.cuts} torn journals, ${injected.lost} acknowledged events lost.`);
}, 120_000);

it('waits for the disk unless it is told not to', () => {
  const at = (durability?: 'normal') => {
    const file = join(folder, `${durability ?? 'default'}.sqlite`);
    const { database } = openStoreFile({ file, ...(durability ? { durability } : {}) }, () => []);
    const level = database.prepare('PRAGMA synchronous').get()?.[0];
    database.close();
    return level;
  };
  const FULL = 2;
  expect([at(), at('normal')]).toEqual([FULL, 1]);
  expect(existsSync(join(folder, 'default.sqlite'))).toBe(true);
});
