import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '@fleetglass/core';
import { createSeededRandom } from '@fleetglass/core/testing';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { createSqliteStore, verifyStore } from '@fleetglass/server';
import { openStoreFile } from '../../src/storage/store-file.js';
import { bundleProgram } from './bundle-program.js';
import { numberedCalls, sumsOf } from './numbered-calls.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-power-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const readAll = async (store: Store): Promise<readonly FleetEvent[]> =>
  (await store.read({ from: 1, limit: 1_000_000 })).events;

/** Calls and cost as the rollups have them. */
async function readSums(store: Store): Promise<readonly unknown[]> {
  const [sums] = (await store.rollups?.read({ period: 'total' })) ?? [];
  return [sums?.modelCalls ?? 0, sums?.cost.nanoUsd ?? 0];
}

/** A disk writes sectors of this size whole or not at all. */
const SECTOR = 512;

describe('a power cut while a write is under way', () => {
  it('leaves what was acknowledged and its sums, and of the write all or nothing, wherever the log was torn', async () => {
    const random = createSeededRandom(11);
    const file = join(folder, 'log.sqlite');
    const wal = `${file}-wal`;
    const store = createSqliteStore({ file });
    const { epoch } = store;
    const injected = { cuts: 0, lost: 0, whole: 0 };
    let compared = 0;
    await store.append(numberedCalls('0', 3, ''));
    for (let write = 1; write <= 4; write += 1) {
      const before = await readAll(store);
      const acknowledged = statSync(wal).size;
      const size = 1 + Math.floor(random() * 1_200);
      await store.append(numberedCalls(`${write}`, 1 + (write % 4), 'x'.repeat(size)));
      const after = await readAll(store);
      // The first writes go to the end of a log that has never begun anew.
      const log = readFileSync(wal);
      expect(log.length).toBeGreaterThan(acknowledged);
      const marks = new Set<number>();
      for (let at = acknowledged; at <= log.length; at += SECTOR) marks.add(at);
      // Not all disks keep to sectors.
      for (let odd = 0; odd < 5; odd += 1)
        marks.add(acknowledged + Math.floor(random() * (log.length - acknowledged)));
      marks.add(log.length);
      for (const at of marks) {
        for (const kind of ['cut off', 'garbled', 'zeroed', 'one sector zeroed']) {
          const image = join(folder, 'image.sqlite');
          copyFileSync(file, image);
          const torn = kind === 'cut off' ? log.subarray(0, at) : Buffer.from(log);
          if (kind === 'garbled')
            for (let i = at; i < torn.length; i += 1) torn[i] = Math.floor(random() * 256);
          if (kind === 'zeroed') torn.fill(0, at);
          if (kind === 'one sector zeroed') torn.fill(0, at, Math.min(torn.length, at + SECTOR));
          writeFileSync(`${image}-wal`, torn);
          const reopened = createSqliteStore({ file: image });
          const found = await readAll(reopened);
          const place = `${kind} at ${at - acknowledged} of ${log.length - acknowledged} bytes of write ${write}`;
          if (found.length < before.length) injected.lost += 1;
          expect(reopened.epoch, place).toBe(epoch);
          expect(found, place).toEqual(found.length === before.length ? before : after);
          expect(await readSums(reopened), place).toEqual(sumsOf(found.length));
          if (at === log.length) expect(found, place).toHaveLength(after.length);
          // It goes on as if nothing had been.
          const { from } = await reopened.append(numberedCalls('next', 1, ''));
          expect(from, place).toBe(found.length + 1);
          await reopened.close();
          expect((await verifyStore(image)).problems, place).toEqual([]);
          for (const path of [image, `${image}-wal`, `${image}-shm`]) rmSync(path, { force: true });
          injected.cuts += 1;
          compared += found.length;
          if (found.length === after.length) injected.whole += 1;
        }
      }
    }
    await store.close();
    expect(injected.lost).toBe(0);
    expect(injected.cuts).toBeGreaterThan(200);
    expect(injected.whole).toBeGreaterThan(4);
    expect(compared).toBeGreaterThan(500);
    console.log(`Power cuts: ${injected.cuts} torn logs, ${injected.lost} acknowledged events lost.`);
  }, 240_000);
});

/** Batches after each of which the process is killed once, and processes that are killed at any moment. */
const BATCHES = 25;
const ANY_MOMENT = 25;
/** Longer than a write takes. */
const MOST_MICROSECONDS = 4_000;

describe('a process that is killed', () => {
  it('has on disk each batch that it acknowledged, whichever was the last one and whatever came after it', async () => {
    const program = await bundleProgram('acknowledging-child', folder);
    const file = join(folder, 'log.sqlite');
    const random = createSeededRandom(3);
    /** Where each event was acknowledged to be. */
    const acknowledged = new Map<string, number>();
    let epoch: string | undefined;
    let beyond = 0;

    /** Lets a process write until it is killed, after so many acknowledgements. */
    const live = async (life: number, batches: number, afterUs: number | undefined): Promise<void> => {
      const told = afterUs === undefined ? batches : 0;
      const child = spawn(process.execPath, ['--no-warnings', program, file, String(life), String(told)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let rest = '';
      let heard = 0;
      const signal = await new Promise<string | null>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          const lines = (rest + chunk.toString()).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            const [from = '', to = '', name = ''] = line.split(' ');
            for (let seq = Number(from); seq <= Number(to); seq += 1)
              acknowledged.set(`${name}.${seq - Number(from)}`, seq);
          }
          const before = heard;
          heard += lines.length;
          if (afterUs === undefined || before >= batches || heard < batches) return;
          // A timer would wait for whole milliseconds.
          for (const begun = performance.now(); performance.now() - begun < afterUs / 1_000;);
          child.kill('SIGKILL');
        });
        child.on('close', (_, by) => resolve(by));
      });
      expect(signal).toBe('SIGKILL');
      if (afterUs === undefined) expect(heard).toBe(batches);
    };

    const check = async (what: string): Promise<void> => {
      const store = createSqliteStore({ file });
      epoch ??= store.epoch;
      expect(store.epoch, what).toBe(epoch);
      const events = await readAll(store);
      expect(
        events.map(({ seq }) => seq),
        what,
      ).toEqual(events.map((_, index) => index + 1));
      const found = new Map(events.map(({ id = '', seq }) => [id, seq]));
      expect(found.size, what).toBe(events.length);
      for (const [id, seq] of acknowledged) expect(found.get(id), `${what}: ${id}`).toBe(seq);
      expect(await readSums(store), what).toEqual(sumsOf(events.length));
      await store.close();
      // Of what nobody was told, the last batch may be there, and then whole.
      const batches = new Map<string, number>();
      for (const id of found.keys()) {
        if (acknowledged.has(id)) continue;
        const batch = id.slice(0, id.lastIndexOf('.'));
        batches.set(batch, (batches.get(batch) ?? 0) + 1);
        acknowledged.set(id, found.get(id) as number);
      }
      expect(batches.size, what).toBeLessThanOrEqual(1);
      for (const [batch, count] of batches) {
        beyond += 1;
        expect(count, `${what}: ${batch}`).toBe(1 + (Number(batch.split('.')[1]) % 3));
      }
    };

    for (let batches = 1; batches <= BATCHES; batches += 1) {
      await live(batches, batches, undefined);
      await check(`killed after acknowledgement ${batches}`);
    }
    // The process itself ended it, before it could begin another.
    expect(beyond).toBe(0);
    for (let n = 1; n <= ANY_MOMENT; n += 1) {
      const batches = 1 + Math.floor(random() * BATCHES);
      const afterUs = random() * MOST_MICROSECONDS;
      await live(BATCHES + n, batches, afterUs);
      await check(`killed ${Math.round(afterUs)} µs after acknowledgement ${batches}`);
    }
    expect((await verifyStore(file)).problems).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(BATCHES * BATCHES);
    console.log(
      `Kills: ${BATCHES + ANY_MOMENT}, events acknowledged and compared: ${acknowledged.size}, batches on disk of which nobody was told: ${beyond}.`,
    );
  }, 240_000);
});

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
