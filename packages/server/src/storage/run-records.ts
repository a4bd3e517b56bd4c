import { FleetglassError } from '@fleetglass/core';
import type { LedgerEntry, RecordWrite, RunRecord } from '@fleetglass/core';
import type { Json } from '@fleetglass/core/protocol';
import type { Database } from './database.js';

/** What runs remember between their steps: versions, keyed values and movements of money. */
export interface RunRecords {
  /** Number of commits; 0 for an unknown run. */
  version(runId: string): number;
  setVersion(runId: string, version: number): void;
  /** @param texts JSON of the values, `null` where the key is deleted */
  write(
    runId: string,
    version: number,
    writes: readonly RecordWrite[],
    texts: readonly (string | null)[],
  ): void;
  load(runId: string, version: number, prefix: string): RunRecord[];
  list(): string[];
  enter(runId: string, entries: readonly LedgerEntry[]): void;
  ledger(runId?: string): LedgerEntry[];
}

/** Places that one commit takes up in the order of keys. */
const MAX_WRITES = 2 ** 20;
/** Above every character that a key continues with. */
const LAST_CHARACTER = String.fromCodePoint(0x10_ff_ff);

export function createRunRecords(database: Database): RunRecords {
  const selectVersion = database.prepare('SELECT version FROM runs WHERE run_id = ?');
  const insertRun = database.prepare('INSERT INTO runs (run_id, version) VALUES (?, ?)');
  const updateVersion = database.prepare('UPDATE runs SET version = ?2 WHERE run_id = ?1');
  const listRuns = database.prepare('SELECT run_id FROM runs ORDER BY ordinal');
  // A key keeps the place of its first value.
  const write = database.prepare(
    `INSERT OR REPLACE INTO records (run_id, key, version, ordinal, value)
     VALUES (?1, ?2, ?3, coalesce((SELECT ordinal FROM records WHERE run_id = ?1 AND key = ?2 LIMIT 1), ?4), ?5)`,
  );
  // With one max() SQLite takes the other columns from the row that holds it.
  const load = database.prepare(
    `SELECT key, value, max(version), ordinal FROM records
     WHERE run_id = ?1 AND version <= ?2 AND key >= ?3 AND key < ?4
     GROUP BY key ORDER BY ordinal`,
  );
  const insertEntry = database.prepare('INSERT INTO ledger (run_id, entry) VALUES (?, ?)');
  const allEntries = database.prepare('SELECT entry FROM ledger ORDER BY ordinal');
  const entriesOf = database.prepare('SELECT entry FROM ledger WHERE run_id = ? ORDER BY ordinal');

  return {
    version: (runId) => Number(selectVersion.get(runId)?.[0] ?? 0),
    setVersion(runId, version) {
      if (version === 1) insertRun.run(runId, version);
      else updateVersion.run(runId, version);
    },
    write(runId, version, writes, texts) {
      const place = version * MAX_WRITES;
      writes.forEach(({ key }, index) => write.run(runId, key, version, place + index, texts[index] ?? null));
    },
    load: (runId, version, prefix) =>
      load.all(runId, version, prefix, prefix + LAST_CHARACTER).flatMap(([key, value, written]) => {
        if (value === null) return [];
        return [{ key: String(key), value: JSON.parse(String(value)) as Json, version: Number(written) }];
      }),
    list: () => listRuns.all().map(([runId]) => String(runId)),
    enter(runId, entries) {
      for (const entry of entries) insertEntry.run(runId, JSON.stringify(entry));
    },
    ledger: (runId) =>
      (runId === undefined ? allEntries.all() : entriesOf.all(runId)).map(
        ([entry]) => JSON.parse(String(entry)) as LedgerEntry,
      ),
  };
}

/** Says which run and what was expected. */
export const versionConflict = (runId: string, expected: number, found: number): FleetglassError =>
  new FleetglassError(
    'VERSION_CONFLICT',
    `Run ${runId} is at version ${found}, not ${expected}: load it again.`,
    {
      details: { expected, found },
    },
  );
