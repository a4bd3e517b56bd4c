import { blobRefsIn, FleetglassError, STORE_SCHEMA_VERSION } from '@fleetglass/core';
import type { FleetEvent } from '@fleetglass/core/protocol';
import type { Database } from './database.js';
import { fillRollups } from './rollups.js';

/** `FLGT` in ASCII: tells our files from other SQLite databases. */
export const APPLICATION_ID = 0x46_4c_47_54;

/**
 * Steps from one schema version to the next; the first makes an empty file ours. A step that was released is never
 * changed.
 */
const STEPS: readonly (readonly (string | ((database: Database) => void))[])[] = [
  [
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
  ],
  [
    `
  -- Long pieces of bodies, values and blobs, each once: "refs" counts the places that it stands in. "bytes" are UTF-8,
  -- deflated when "deflated" is 1.
  CREATE TABLE pieces (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    refs INTEGER NOT NULL,
    deflated INTEGER NOT NULL,
    bytes BLOB NOT NULL
  );
  -- Blobs that the events and records of a run name; '' stands for events without a run.
  CREATE TABLE blob_runs (
    run_id TEXT NOT NULL,
    ref TEXT NOT NULL,
    PRIMARY KEY (run_id, ref)
  ) WITHOUT ROWID;
  CREATE INDEX blob_runs_by_ref ON blob_runs (ref);
  ALTER TABLE blobs ADD COLUMN put_at INTEGER NOT NULL DEFAULT 0;
  -- 1 from the deletion of the last run that named it on.
  ALTER TABLE blobs ADD COLUMN orphaned INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX blobs_orphaned ON blobs (put_at) WHERE orphaned = 1;
  -- 1 for what a deleted run has spent.
  ALTER TABLE ledger ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
  `,
    noteNamedBlobs,
  ],
  [fillRollups],
];

/** Finds the blobs that were named before anybody wrote it down. */
function noteNamedBlobs(database: Database): void {
  const note = database.prepare('INSERT OR IGNORE INTO blob_runs (run_id, ref) VALUES (?, ?)');
  for (const [body] of database.prepare("SELECT body FROM segments WHERE body LIKE '%sha256-%'").all()) {
    for (const event of JSON.parse(String(body)) as FleetEvent[]) {
      for (const ref of blobRefsIn(JSON.stringify(event))) note.run(event.runId ?? '', ref);
    }
  }
  const values = database.prepare("SELECT run_id, value FROM records WHERE value LIKE '%sha256-%'").all();
  for (const [runId, value] of values) {
    for (const ref of blobRefsIn(String(value))) note.run(String(runId), ref);
  }
}

const pragma = (database: Database, name: string): number =>
  Number(database.prepare(`PRAGMA ${name}`).get()?.[0] ?? 0);

/**
 * Brings an opened file to the current schema.
 *
 * @param target version to bring it to
 * @throws FleetglassError `SCHEMA_TOO_NEW` for a file of a newer version, `STORE_FAILED` for someone else's database
 */
export function migrate(database: Database, file: string, target = STORE_SCHEMA_VERSION): void {
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
  if (version >= target) return;
  // Only an empty file can be told to give back what is deleted; in an older one it is used again.
  if (isEmpty) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const step of STEPS.slice(version, target).flat()) {
      if (typeof step === 'string') database.exec(step);
      else step(database);
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${target};`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
