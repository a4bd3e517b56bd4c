import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isFleetglassError } from '@fleetglass/core';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { createSqliteStore, verifyStore } from '@fleetglass/server';
import { mountSmallDisk } from './small-disk.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-filled-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Times that the disk is filled and freed again. */
const CYCLES = 50;

it('keeps what was acknowledged and nothing that was refused, while the disk fills and is freed again and again', async ({
  skip,
}) => {
  const disk = mountSmallDisk(folder, '12m', skip);
  try {
    const file = join(disk.path, 'log.sqlite');
    const store = createSqliteStore({ file });
    const seen: FleetEvent[] = [];
    store.subscribe(({ events }) => seen.push(...events));
    const acknowledged: string[] = [];
    const write = async (id: string): Promise<boolean> => {
      const data = { level: 'info', message: 'x'.repeat(2_000) } as const;
      try {
        await store.append([{ v: 1, time: 1, type: 'log.written', runId: 'a', id, data }]);
        acknowledged.push(id);
        return true;
      } catch (error) {
        if (!isFleetglassError(error, 'STORE_FAILED')) throw error;
        return false;
      }
    };
    let refused = 0;
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      disk.fill();
      // What the log has room for already may still be taken.
      for (let n = 0; await write(`${cycle}.${n}`); n += 1) expect(n).toBeLessThan(10_000);
      refused += 1;
      disk.free();
      expect(await write(`${cycle}.freed`)).toBe(true);
    }
    const { events } = await store.read({ from: 1, limit: 1_000_000 });
    expect(refused).toBe(CYCLES);
    expect(events.map(({ id }) => id)).toEqual(acknowledged);
    expect(seen).toEqual(events);
    await store.close();
    expect((await verifyStore(file)).problems).toEqual([]);
  } finally {
    disk.unmount();
  }
}, 120_000);
