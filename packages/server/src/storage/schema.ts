import { FleetglassError, STORE_SCHEMA_VERSION } from '@fleetglass/core';
import type { Database } from './database.js';

/** `FLGT` in ASCII: tells our files from other SQLite databases. */
const APPLICATION_ID = 0x46_4c_47_54;

/**
 * Steps from one schema version to the next; the first makes an empty file ours. A step that was released is never
 * changed.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  -- Events in order: each row is a closed range of seq in one JSON array. "families" has a bit for each family of types.
  CREATE TABLE segments (
    seq_from INTEGER PRIMARY KEY,
    seq_to INTEGER NOT NULL,
    families INTEGER NOT NULL,
    body TEXT NOT NULL
  );
  CREATE TABLE segment_runs (
    run_id TEXT NOT NULL,
    seq_from INTEGER NOT NULL,
    PRIMARY KEY (run_id, seq_from)
  ) WITHOUT ROWID;
  -- Filled from the first append that asks for it.
  CREATE TABLE event_ids (id TEXT PRIMARY KEY) WITHOUT ROWID;

  CREATE TABLE runs (
    ordinal INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL
  );
  -- What a key held from "version" on; NULL is a deleted key. "ordinal" is the place of the key among the run's keys.
  CREATE TABLE records (
    run_id TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    value TEXT,
    PRIMARY KEY (run_id, key, version)
  ) WITHOUT ROWID;
  CREATE TABLE ledger (
    ordinal INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL,
    entry TEXT NOT NULL
  );
  CREATE INDEX ledger_by_run ON ledger (run_id);
  CREATE TABLE leases (
    run_id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE blobs (
    ref TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    bytes BLOB NOT NULL
  );
  `,
];

const pragma = (database: Database, name: string): number =>
  Number(database.prepare(`PRAGMA ${name}`).get()?.[0] ?? 0);

/**
 * Brings an opened file to the current schema.
 *
 * @throws FleetglassError `SCHEMA_TOO_NEW` for a file of a newer version, `STORE_FAILED` for someone else's database
 */
export function migrate(database: Database, file: string): void {
  const applicationId = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  const isEmpty = pragma(database, 'schema_version') === 0;
  if (!isEmpty && applicationId !== APPLICATION_ID) {
    throw new FleetglassError(
      'STORE_FAILED',
      `${file} is a database of another program; choose another file.`,
    );
  }
  if (version > STORE_SCHEMA_VERSION) {
    throw new FleetglassError(
      'SCHEMA_TOO_NEW',
      `${file} was written by a newer version (schema ${version}, this one knows ${STORE_SCHEMA_VERSION}); update Fleetglass.`,
      { details: { found: version, known: STORE_SCHEMA_VERSION } },
    );
  }
  if (version === STORE_SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.exec(
      `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${STORE_SCHEMA_VERSION};`,
    );
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
