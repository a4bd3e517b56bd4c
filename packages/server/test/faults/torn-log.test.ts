import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFleetglassError } from '@fleetglass/core';
import type { Store } from '@fleetglass/core';
import { createSeededRandom } from '@fleetglass/core/testing';
import type { EventDraft, FleetEvent } from '@fleetglass/core/protocol';
import { createSqliteStore } from '@fleetglass/server';
import { openDatabase } from '../../src/storage/database.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-power-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const draft = (id: string, text: string): EventDraft => ({
  v: 1,
  time: 1,
  type: 'log.written',
  runId: 'a',
  id,
  data: { level: 'info', message: text },
});

const readAll = async (store: Store): Promise<readonly FleetEvent[]> =>
  (await store.read({ from: 1, limit: 1_000_000 })).events;

function checkIntegrity(file: string): void {
  const database = openDatabase(file);
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual(['ok']);
  database.close();
}

/** A disk writes sectors of this size whole or not at all. */
const SECTOR = 512;

describe('a power cut while a write is under way', () => {
  it('leaves what was acknowledged, and of the write all or nothing, wherever the log was torn', async () => {
    const random = createSeededRandom(11);
    const file = join(folder, 'log.sqlite');
    const wal = `${file}-wal`;
    const store = createSqliteStore({ file });
    const { epoch } = store;
    let cuts = 0;
    let compared = 0;
    let whole = 0;
    for (let write = 1; write <= 4; write += 1) {
      const before = await readAll(store);
      const acknowledged = statSync(wal).size;
      const size = 1 + Math.floor(random() * 3_000);
      await store.append(
        Array.from({ length: 1 + (write % 3) }, (_, i) => draft(`${write}.${i}`, 'x'.repeat(size))),
      );
      const after = await readAll(store);
      // The first writes go to the end of a log that has never begun anew.
      const log = readFileSync(wal);
      expect(log.length).toBeGreaterThan(acknowledged);
      const marks = new Set<number>();
      for (let at = acknowledged; at <= log.length; at += SECTOR) marks.add(at);
      marks.add(log.length);
      for (const at of marks) {
        for (const kind of ['cut off', 'garbled', 'zeroed']) {
          const image = join(folder, 'image.sqlite');
          copyFileSync(file, image);
          const torn = kind === 'cut off' ? log.subarray(0, at) : Buffer.from(log);
          if (kind === 'garbled')
            for (let i = at; i < torn.length; i += 1) torn[i] = Math.floor(random() * 256);
          if (kind === 'zeroed') torn.fill(0, at);
          writeFileSync(`${image}-wal`, torn);
          const reopened = createSqliteStore({ file: image });
          const found = await readAll(reopened);
          const place = `${kind} at ${at - acknowledged} of ${log.length - acknowledged} bytes of write ${write}`;
          expect(reopened.epoch, place).toBe(epoch);
          expect(found, place).toEqual(found.length === before.length ? before : after);
          if (at === log.length) expect(found, place).toHaveLength(after.length);
          // It goes on as if nothing had been.
          const { from } = await reopened.append([draft('next', 'next')]);
          expect(from, place).toBe(found.length + 1);
          await reopened.close();
          checkIntegrity(image);
          for (const path of [image, `${image}-wal`, `${image}-shm`]) rmSync(path, { force: true });
          cuts += 1;
          compared += found.length;
          if (found.length === after.length) whole += 1;
        }
      }
    }
    await store.close();
    expect(cuts).toBeGreaterThan(200);
    expect(whole).toBeGreaterThan(4);
    expect(compared).toBeGreaterThan(500);
  }, 120_000);
});

/** Times that the disk is filled and freed again. */
const CYCLES = 50;

describe('a disk that fills and is freed, again and again', () => {
  it('loses nothing that was acknowledged, keeps nothing that was refused, and goes on by itself', async ({
    skip,
  }) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'none', disk], { stdio: 'ignore' });
    } catch {
      console.warn('This test needs to mount a small file system, which only root may do: skipped.');
      skip();
    }
    try {
      const file = join(disk, 'log.sqlite');
      const ballast = join(disk, 'ballast');
      const store = createSqliteStore({ file });
      const seen: FleetEvent[] = [];
      store.subscribe(({ events }) => seen.push(...events));
      const acknowledged: string[] = [];
      const write = async (id: string): Promise<boolean> => {
        try {
          await store.append([draft(id, 'x'.repeat(2_000))]);
          acknowledged.push(id);
          return true;
        } catch (error) {
          if (!isFleetglassError(error, 'STORE_FAILED')) throw error;
          return false;
        }
      };
      let refused = 0;
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        for (let size = 2 ** 20; size >= 512; size /= 2) {
          try {
            for (;;) writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' });
          } catch {
            // Smaller pieces may still fit.
          }
        }
        // What the log has room for already may still be taken.
        for (let n = 0; await write(`${cycle}.${n}`); n += 1) expect(n).toBeLessThan(10_000);
        refused += 1;
        rmSync(ballast);
        expect(await write(`${cycle}.freed`)).toBe(true);
      }
      const events = await readAll(store);
      expect(refused).toBe(CYCLES);
      expect(events.map(({ id }) => id)).toEqual(acknowledged);
      expect(seen).toEqual(events);
      await store.close();
      checkIntegrity(file);
    } finally {
      execFileSync('umount', ['-l', disk], { stdio: 'ignore' });
    }
  }, 120_000);
});
