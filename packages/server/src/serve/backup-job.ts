import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Clock } from '@fleetglass/core';
import { manifestPath } from '../storage/verify-store.js';
import type { BackupManifest } from '../storage/verify-store.js';
import type { Job } from './schedule.js';

export interface BackupJobOptions {
  /** The store's database. */
  readonly file: string;
  /** Folder of the backups; made when it is missing. */
  readonly directory: string;
  readonly everyMs: number;
  /** How many stay; older ones are deleted when a new one is whole. */
  readonly keep: number;
  readonly clock: Clock;
  /** Makes one backup, checked from end to end, with its manifest beside it. */
  readonly backup: (request: {
    readonly file: string;
    readonly target: string;
    readonly signal: AbortSignal;
  }) => Promise<void>;
}

const ENDING = '.db';
const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** `2026-01-31T03:00:00.000Z` as `20260131T030000Z`: names sort by time. */
const stampOf = (time: number): string =>
  new Date(time).toISOString().replaceAll(/[-:]/g, '').replace(/\.\d+/, '');

/** Backups of a store in a folder, the newest of which stay. Other files of the folder are left alone. */
export function createBackupJob(options: BackupJobOptions): Job {
  const { file, directory, everyMs, keep, clock, backup } = options;
  const stem = basename(file, extname(file));
  const isOurs = (name: string): boolean =>
    name.startsWith(`${stem}-`) && /^\d{8}T\d{6}Z\.db(\.|$)/.test(name.slice(stem.length + 1));

  const names = async (): Promise<readonly string[]> => {
    try {
      return (await readdir(directory)).filter(isOurs).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  };

  /** Backups that are whole: the manifest is written last. The oldest first. */
  const whole = (found: readonly string[]): readonly string[] => {
    const all = new Set(found);
    return found.filter((name) => name.endsWith(ENDING) && all.has(manifestPath(name)));
  };

  const manifestOf = async (name: string): Promise<BackupManifest> =>
    JSON.parse(await readFile(manifestPath(join(directory, name)), 'utf8')) as BackupManifest;

  return {
    name: 'backup',
    everyMs,
    async lastDone() {
      const newest = whole(await names()).at(-1);
      return newest === undefined ? undefined : (await manifestOf(newest)).time;
    },
    async run(signal) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const name = `${stem}-${stampOf(clock.now())}${ENDING}`;
      await backup({ file, target: join(directory, name), signal });
      const found = await names();
      // The new one stays in any case: a clock that was ahead may have left names that come after it.
      const older = whole(found).filter((each) => each !== name);
      const stay = new Set([name, ...(keep > 1 ? older.slice(1 - keep) : [])]);
      // Also what processes that were killed left unfinished.
      const staying = new Set([...stay, ...[...stay].map(manifestPath)]);
      for (const each of found) if (!staying.has(each)) await rm(join(directory, each), { force: true });
      const { bytes, events } = await manifestOf(name);
      return { name, bytes, events, kept: stay.size };
    },
  };
}
