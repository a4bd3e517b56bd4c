import { FleetglassError } from '@fleetglass/core';
import type { EventDraft } from '@fleetglass/core/protocol';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createSqliteStore } from '../storage/sqlite-store.js';
import type { SqliteStore } from '../storage/sqlite-store.js';
import { createHealthReports } from './health-reports.js';
import { watchStore } from './store-watch.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const line = (size: number): EventDraft => ({
  v: 1,
  time: 1,
  type: 'log.written',
  data: { level: 'info', message: 'x'.repeat(size) },
});

/** A store that takes nothing larger than `room`. */
function setUp() {
  const clock = createSimulatedClock();
  const memory = createSqliteStore({ file: ':memory:', clock });
  const room = { bytes: Infinity };
  const raw: SqliteStore = {
    ...memory,
    append: (drafts, options) =>
      JSON.stringify(drafts).length > room.bytes
        ? Promise.reject(new FleetglassError('STORE_FAILED', 'The store /secret/path failed.'))
        : memory.append(drafts, options),
  };
  const lines: string[] = [];
  const log = (_fields: object, message: string): void => void lines.push(message);
  const reports = createHealthReports({ store: raw, clock });
  const watch = watchStore(raw, {
    clock,
    reports,
    logger: { debug: log, info: log, warn: log, error: log },
  });
  closers.push(() => {
    reports.close();
    watch.close();
    return memory.close();
  });
  /** What has to be on disk is there only after a turn of the event loop. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 250) {
      await clock.advance(Math.min(250, left));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const health = async () =>
    (await memory.read({ from: 1, filter: { types: ['system.health'] } })).events.map(({ data }) => data);
  return { watch, room, lines, health, pass, clock };
}

describe('a store that refuses what is written', () => {
  it('is told of once when it takes something again, within five seconds, and passes every refusal on', async () => {
    const { watch, room, lines, health, pass } = setUp();
    await watch.store.append([line(10)]);
    room.bytes = 0;
    for (let second = 0; second < 30; second += 1) {
      await expect(watch.store.append([line(10)])).rejects.toMatchObject({ code: 'STORE_FAILED' });
      await pass(1_000);
    }
    // Nobody tries for a while, and it is still full.
    await pass(60_000);
    expect(await health()).toEqual([]);
    expect(lines).toHaveLength(1);
    room.bytes = Infinity;
    await pass(5_000);
    expect(await health()).toEqual([
      {
        component: 'store',
        status: 'ok',
        message: expect.stringMatching(
          /^The store refused writes for 9\d s because .*; it takes them again\.$/,
        ) as string,
        fields: { since: expect.any(Number) as number, refused: 30 },
      },
    ]);
    expect(lines).toHaveLength(2);
    await pass(60_000);
    expect(await health()).toHaveLength(1);
  });

  it('each time again, when it goes on to refuse after having been well', async () => {
    const { watch, room, health, pass } = setUp();
    for (let cycle = 0; cycle < 10; cycle += 1) {
      room.bytes = 0;
      await expect(watch.store.append([line(10)])).rejects.toThrow();
      await pass(2_000);
      room.bytes = Infinity;
      await pass(5_000);
      expect(await health()).toHaveLength(cycle + 1);
      await pass(10_000);
    }
  });

  it('and has room for little only, does not fill what is left with reports', async () => {
    const { watch, room, health, pass } = setUp();
    room.bytes = 1_000;
    for (let minute = 0; minute < 200; minute += 1) {
      await expect(watch.store.append([line(2_000)])).rejects.toThrow();
      await pass(3_000);
    }
    expect((await health()).length).toBeLessThan(5);
    room.bytes = Infinity;
    const before = (await health()).length;
    await pass(70_000);
    expect(await health()).toHaveLength(before + 1);
  });
});
