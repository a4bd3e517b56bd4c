import { createId, systemClock, systemRandom } from '@fleetglass/core';
import type { Clock, Random } from '@fleetglass/core';
import { createBlobs } from './blobs.js';
import type { Blobs } from './blobs.js';
import type { Database, Statement } from './database.js';
import { openDatabase, storeError } from './database.js';
import { createEventIds } from './event-ids.js';
import type { EventIds } from './event-ids.js';
import { createLeases } from './leases.js';
import type { Leases } from './leases.js';
import { createLongTexts } from './long-texts.js';
import { createRollups } from './rollups.js';
import type { SqliteRollups } from './rollups.js';
import { createRunDeletion } from './run-deletion.js';
import type { RunDeletion } from './run-deletion.js';
import { createRunRecords } from './run-records.js';
import type { RunRecords } from './run-records.js';
import { createRunVault } from './run-vault.js';
import { migrate } from './schema.js';
import { createSegments } from './segments.js';
import type { Segments } from './segments.js';

/** Where a store keeps its database. */
export interface SqliteStoreOptions {
  /** Path of the database; its folder is made when it is missing. `:memory:` keeps nothing. */
  readonly file: string;
  /** @default 'default' */
  readonly tenant?: string;
  /**
   * `full`: what was acknowledged survives a power cut. `normal`: it survives the end of the process, and a power cut
   * may take the last moments, which costs less on slow disks.
   *
   * @default 'full'
   */
  readonly durability?: 'full' | 'normal';
  /**
   * Say so once, when the file was put back from an older copy: nothing in it can tell. The log then begins a new life,
   * so that viewers who saw what is lost start from a snapshot.
   *
   * @default false
   */
  readonly restored?: boolean;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default the machine's randomness */
  readonly random?: Random;
}

/** An opened file, by what is kept in it. */
export interface StoreFile {
  readonly database: Database;
  readonly segments: Segments;
  readonly records: RunRecords;
  readonly leases: Leases;
  readonly blobs: Blobs;
  readonly eventIds: EventIds;
  readonly rollups: SqliteRollups;
  readonly deletion: RunDeletion;
  readonly vault: ReturnType<typeof createRunVault>;
  readonly epoch: string;
  /** Newest `seq` when it was opened. */
  readonly head: number;
  /** A number that changes when another connection wrote. */
  readonly dataVersion: Statement;
  /** About how many bytes are in use. */
  bytes(): number;
}

/** Longest wait for other processes that write to the file. */
const BUSY_TIMEOUT_MS = 2_000;

function open(file: string, durability: 'full' | 'normal'): Database {
  const database = openDatabase(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    // Before anything is changed: the file may not be ours.
    migrate(database, file);
    database.useWal(durability);
    return database;
  } catch (error) {
    database.close();
    throw storeError(error, file);
  }
}

/** The log's epoch, made once in the life of the file, and anew when it was restored. */
function loadEpoch(database: Database, restored: boolean, clock: Clock, random: Random): string {
  database
    .prepare(`INSERT OR ${restored ? 'REPLACE' : 'IGNORE'} INTO meta (key, value) VALUES ('epoch', ?)`)
    .run(createId('log', clock, random));
  return String(database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()?.[0]);
}

/**
 * @param everyId ids of all events so far
 * @throws FleetglassError `STORE_FAILED`, `SCHEMA_TOO_NEW`
 */
export function openStoreFile(
  {
    file,
    durability = 'full',
    restored = false,
    clock = systemClock,
    random = systemRandom,
  }: SqliteStoreOptions,
  everyId: () => Iterable<string>,
): StoreFile {
  const database = open(file, durability);
  try {
    const long = createLongTexts(database);
    const segments = createSegments(database, long);
    const head = segments.readLast();
    // A cut or damaged file shows at its newest row first.
    segments.read({ from: Math.max(1, head) }, head);
    const runs = {
      segments,
      records: createRunRecords(database, long),
      leases: createLeases(database, clock),
      blobs: createBlobs(database, long, clock),
      eventIds: createEventIds(database, everyId),
      rollups: createRollups(database, segments),
    };
    const freePages = database.prepare('PRAGMA freelist_count');
    const pages = database.prepare('PRAGMA page_count');
    const pageBytes = Number(database.prepare('PRAGMA page_size').get()?.[0]);
    const deletion = createRunDeletion(database, runs);
    return {
      ...runs,
      database,
      deletion,
      vault: createRunVault(database, long, runs, () => deletion.restored()),
      epoch: loadEpoch(database, restored, clock, random),
      head,
      dataVersion: database.prepare('PRAGMA data_version'),
      bytes: () => (Number(pages.get()?.[0]) - Number(freePages.get()?.[0])) * pageBytes,
    };
  } catch (error) {
    database.close();
    throw storeError(error, file);
  }
}
