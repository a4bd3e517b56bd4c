import { constants, copyFileSync, existsSync } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FleetglassError, systemClock, systemRandom } from '@fleetglass/core';
import type { Clock, Random } from '@fleetglass/core';
import { isBusy, openDatabase, storeError } from './database.js';
import { openStoreFile } from './store-file.js';
import { syncPath } from './sync-path.js';
import { hashOfFile, manifestPath, verifyStore } from './verify-store.js';
import type { BackupManifest, StoreReport } from './verify-store.js';

/** Which file is copied, and where to. */
export interface BackupOptions {
  /** The store's database; others may be writing to it. */
  readonly file: string;
  /** Path of the copy; its manifest stands beside it. */
  readonly target: string;
  /** Whether an older copy at `target` may be replaced. @default false */
  readonly force?: boolean;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** Which copy becomes a store again. */
export interface RestoreOptions {
  /** A copy that {@link backupStore} made. */
  readonly backup: string;
  /** The store's database from now on. */
  readonly file: string;
  /** Whether a database at `file` may be replaced. @default false */
  readonly force?: boolean;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default the machine's randomness */
  readonly random?: Random;
}

const failed = (message: string): FleetglassError => new FleetglassError('STORE_FAILED', message);

/**
 * Copies a store while it is in use: everything up to one moment, in one file without a journal beside it. The copy
 * gets its name when it is whole, on disk and read from end to end. It works in this thread until it is done, about a
 * second for each hundred megabytes: inside a server leave it to a process of its own, as `fleetglass backup` is.
 *
 * @returns what the copy holds
 * @throws FleetglassError `STORE_FAILED`, and nothing is left at `target` but what was there
 */
export async function backupStore(options: BackupOptions): Promise<StoreReport> {
  const { file, target, force = false, clock = systemClock } = options;
  if (!existsSync(file)) throw failed(`${file} does not exist: there is nothing to copy.`);
  if (resolve(file) === resolve(target)) throw failed('A store cannot be copied onto itself.');
  if (existsSync(target) && !force) throw failed(`${target} exists: choose another name, or --force.`);
  const part = `${target}.part`;
  try {
    await rm(part, { force: true });
    copyInto(file, part);
    const report = await verifyStore(part);
    const [problem] = report.problems;
    if (problem !== undefined)
      throw failed(`The copy of ${file} is not sound, so that ${file} may not be: ${problem}`);
    const manifest: BackupManifest = {
      format: 'fleetglass-backup',
      bytes: (await stat(part)).size,
      sha256: await hashOfFile(part),
      epoch: report.epoch,
      events: report.events,
      head: report.head,
      time: clock.now(),
    };
    await syncPath(part);
    // The older manifest must not stand beside the newer copy, should the process end in between.
    await rm(manifestPath(target), { force: true });
    await rename(part, target);
    await writeFile(`${manifestPath(target)}.part`, `${JSON.stringify(manifest)}\n`);
    await syncPath(`${manifestPath(target)}.part`);
    await rename(`${manifestPath(target)}.part`, manifestPath(target));
    await syncPath(dirname(resolve(target)));
    return { ...report, file: target };
  } catch (error) {
    await rm(part, { force: true });
    throw storeError(error, target);
  }
}

function copyInto(file: string, part: string): void {
  const database = openDatabase(file);
  try {
    database.exec('PRAGMA busy_timeout = 10000');
    database.prepare('VACUUM INTO ?').run(part);
  } finally {
    database.close();
  }
}

/**
 * Makes a store of a copy. The log begins a new life, so that viewers who saw what came after the copy are told, and
 * start from a snapshot. Nothing is changed when the copy is damaged, or when something holds the file that is there.
 *
 * @returns what the store holds
 * @throws FleetglassError `STORE_FAILED`, `SCHEMA_TOO_NEW`
 */
export async function restoreStore(options: RestoreOptions): Promise<StoreReport> {
  const { backup, file, force = false, clock = systemClock, random = systemRandom } = options;
  if (resolve(file) === resolve(backup)) throw failed('A copy cannot be restored onto itself.');
  if (existsSync(file) && !force) throw failed(`${file} exists: move it away, or --force to replace it.`);
  const report = await verifyStore(backup);
  const [problem] = report.problems;
  if (problem !== undefined) throw failed(`${backup} is not sound, nothing was changed: ${problem}`);
  const part = `${file}.part`;
  try {
    await rm(part, { force: true });
    copyFileSync(backup, part, constants.COPYFILE_FICLONE);
    const { database, epoch } = openStoreFile({ file: part, restored: true, clock, random }, () => []);
    try {
      database.exec('PRAGMA journal_mode = DELETE');
    } finally {
      database.close();
    }
    await syncPath(part);
    if (existsSync(file)) await releaseJournal(file);
    await rename(part, file);
    await syncPath(dirname(resolve(file)));
    return { ...report, file, epoch };
  } catch (error) {
    for (const rest of ['', '-wal', '-shm']) await rm(`${part}${rest}`, { force: true });
    throw storeError(error, file);
  }
}

/** A journal of the file that was would be taken for one of the file that is to come. Only its last user can end it. */
async function releaseJournal(file: string): Promise<void> {
  const database = openDatabase(file);
  try {
    database.exec('PRAGMA journal_mode = DELETE');
  } catch (error) {
    if (isBusy(error))
      throw failed(`${file} is in use: stop the process that holds it first. Nothing was changed.`);
    // It is damaged, which is why it is replaced.
    for (const rest of ['-wal', '-shm', '-journal']) await rm(`${file}${rest}`, { force: true });
  } finally {
    database.close();
  }
}
