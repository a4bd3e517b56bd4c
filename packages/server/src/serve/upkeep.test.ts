import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeferred, FleetglassError } from '@fleetglass/core';
import type { EventDraft } from '@fleetglass/core/protocol';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.js';
import { createArchive } from '../storage/archive.js';
import { createSqliteStore } from '../storage/sqlite-store.js';
import { createBackupJob } from './backup-job.js';
import { createHealthReports } from './health-reports.js';
import { createRetentionJob } from './retention-job.js';
import { createUpkeep } from './upkeep.js';

const DAY = 86_400_000;
const signal = new AbortController().signal;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-upkeep-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes what a backup leaves; a fault leaves what a process that was killed leaves. */
function backups({ keep = 3, begin = Date.UTC(2026, 0, 31, 3) } = {}) {
  const clock = createSimulatedClock(begin);
  const directory = join(folder, 'backups');
  const state = { isKilled: false };
  const job = createBackupJob({
    file: join(folder, 'fleet.db'),
    directory,
    everyMs: DAY,
    keep,
    clock,
    backup: ({ target }) => {
      writeFileSync(state.isKilled ? `${target}.part` : target, 'copy');
      if (state.isKilled) return Promise.reject(new FleetglassError('STORE_FAILED', 'Killed.'));
      writeFileSync(`${target}.manifest.json`, JSON.stringify({ bytes: 4, events: 7, time: clock.now() }));
      return Promise.resolve();
    },
  });
  const names = () => readdirSync(directory).sort();
  return { job, clock, names, directory, state };
}

describe('backups by the clock', () => {
  it('keep the newest, with their manifests, and touch nothing else in the folder', async () => {
    const { job, clock, names, directory } = backups();
    expect(await job.lastDone?.()).toBe(undefined);
    expect(await job.run(signal)).toEqual({
      name: 'fleet-20260131T030000Z.db',
      bytes: 4,
      events: 7,
      kept: 1,
    });
    const strangers = ['other-20260101T000000Z.db', 'fleet-notes.db', 'fleet.db', 'readme'];
    for (const name of strangers) writeFileSync(join(directory, name), 'mine');
    for (let i = 0; i < 4; i += 1) {
      await clock.advance(DAY);
      await job.run(signal);
    }
    const kept = ['0202', '0203', '0204'].flatMap((day) => [
      `fleet-2026${day}T030000Z.db`,
      `fleet-2026${day}T030000Z.db.manifest.json`,
    ]);
    expect(names()).toEqual([...strangers, ...kept].sort());
    expect(await job.lastDone?.()).toBe(clock.now());
  });

  it('that fail delete none, and what they left goes with the next one', async () => {
    const { job, clock, names, state } = backups({ keep: 1 });
    await job.run(signal);
    await clock.advance(DAY);
    state.isKilled = true;
    await expect(job.run(signal)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(names()).toContain('fleet-20260131T030000Z.db');
    expect(await job.lastDone?.()).toBe(Date.UTC(2026, 0, 31, 3));
    state.isKilled = false;
    await clock.advance(1_000);
    await job.run(signal);
    expect(names()).toEqual(['fleet-20260201T030001Z.db', 'fleet-20260201T030001Z.db.manifest.json']);
  });

  it('keep the new one although a clock that was ahead left younger names', async () => {
    const { job, directory, names } = backups({ keep: 2 });
    await job.run(signal);
    for (const day of ['01', '02', '03']) {
      const name = `fleet-209901${day}T000000Z.db`;
      writeFileSync(join(directory, name), 'copy');
      writeFileSync(join(directory, `${name}.manifest.json`), '{}');
    }
    const again = backups({ keep: 2, begin: Date.UTC(2026, 1, 1) });
    await again.job.run(signal);
    expect(names().filter((name) => name.endsWith('.db'))).toEqual([
      'fleet-20260201T000000Z.db',
      'fleet-20990103T000000Z.db',
    ]);
  });
});

const event = (runId: string, type: string, time: number) =>
  ({ v: 1, type, runId, time, data: { name: runId } }) as EventDraft;

describe('retention by the clock', () => {
  it('archives what has ended, leaves what has not, and stops between two runs', async () => {
    const clock = createSimulatedClock(1_000 * DAY);
    const store = createSqliteStore({ file: join(folder, 'fleet.db'), clock });
    for (const id of ['a', 'b', 'c']) await store.append([event(id, 'run.created', DAY)]);
    for (const id of ['a', 'c']) await store.append([event(id, 'run.completed', DAY)]);
    await store.append([event('young', 'run.created', 999 * DAY)]);
    const archive = createArchive({ store, directory: join(folder, 'cold'), clock });
    const abort = new AbortController();
    const job = createRetentionJob({
      everyMs: DAY,
      pack: () => Promise.resolve(false),
      archive: {
        ...archive,
        archive: (ids) => {
          if (ids.includes('a')) abort.abort();
          return archive.archive(ids);
        },
      },
    });
    await expect(job.run(abort.signal)).rejects.toThrow();
    expect(await archive.list()).toHaveLength(1);
    const rest = createRetentionJob({ everyMs: DAY, pack: () => Promise.resolve(false), archive });
    expect(await rest.run(signal)).toEqual({ archived: 1 });
    expect((await archive.list()).map(({ runId }) => runId).sort()).toEqual(['a', 'c']);
    await store.close();
  });

  it('fails with the first reason when files cannot be written, and tries no end of runs', async () => {
    let tried = 0;
    const job = createRetentionJob({
      everyMs: DAY,
      pack: () => Promise.resolve(false),
      archive: {
        expired: () => Promise.resolve(Array.from({ length: 100 }, (_, at) => String(at))),
        archive: ([runId = '']) => {
          tried += 1;
          return Promise.resolve({
            archived: [],
            refused: [{ runId, error: new FleetglassError('STORE_FAILED', 'No room.') }],
          });
        },
      },
    });
    await expect(job.run(signal)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('No room.') as string,
    });
    expect(tried).toBe(10);
  });
});

describe('the upkeep of a served store', () => {
  it('tells in the log, in metrics and once to viewers that a job fails and that it works again', async () => {
    const clock = createSimulatedClock(1_000 * DAY);
    const file = join(folder, 'fleet.db');
    const store = createSqliteStore({ file, clock });
    const { config } = loadConfig({
      argv: ['--store', file, '--backup-directory', join(folder, 'backups'), '--backup-every-hours', '1'],
      env: {},
    });
    const registry = new Registry();
    const lines: [string, object][] = [];
    const log = (fields: object, message: string): void => void lines.push([message, fields]);
    let fails = 3;
    const told = createDeferred<undefined>();
    const reports = createHealthReports({ store, clock });
    const upkeep = createUpkeep({
      config,
      store,
      archive: undefined,
      backup({ target }) {
        fails -= 1;
        if (fails >= 0)
          return Promise.reject(new FleetglassError('STORE_FAILED', `${target} cannot be written.`));
        writeFileSync(target, '');
        writeFileSync(`${target}.manifest.json`, JSON.stringify({ bytes: 0, events: 0, time: clock.now() }));
        told.resolve(undefined);
        return Promise.resolve();
      },
      reports,
      logger: { debug: log, info: log, warn: log, error: log },
      registry,
      clock,
      random: () => 0,
    });
    // Files are read and written between two steps of the clock.
    for (let i = 0; fails >= 0; i += 1) {
      await clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await told.promise;
    const healthOf = async () =>
      (await store.read({ from: 1, filter: { types: ['system.health'] } })).events
        .map(({ data }) => data)
        .filter(({ component }) => component === 'backup');
    while ((await healthOf()).length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect((await healthOf()).map(({ status }) => status)).toEqual(['degraded', 'ok']);
    expect(JSON.stringify(await healthOf())).not.toContain(folder);
    expect(lines.filter(([message]) => message === 'job failed')).toHaveLength(3);
    const metrics = await registry.metrics();
    expect(metrics).toMatch(/^fleetglass_job_failures_total\{job="backup"\} 3$/m);
    expect(metrics).toMatch(/^fleetglass_job_failures_total\{job="retention"\} 0$/m);
    expect(metrics).toMatch(/^fleetglass_job_last_success_timestamp_seconds\{job="backup"\} 864\d{5}/m);
    expect(existsSync(join(folder, 'backups'))).toBe(true);
    await upkeep.close(0);
    reports.close();
    await store.close();
  });
});
