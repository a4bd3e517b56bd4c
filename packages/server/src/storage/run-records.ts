import { FleetglassError, spentEntries } from '@fleetglass/core';
import type { LedgerEntry, RecordWrite, RunRecord } from '@fleetglass/core';
import type { Json } from '@fleetglass/core/protocol';
import type { Database } from './database.js';
import type { LongTexts } from './long-texts.js';

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
  /** Takes a run away; what it has spent stays in the ledger. @returns whether there was anything */
  remove(runId: string): boolean;
}

/** Places that one commit takes up in the order of keys. */
const MAX_WRITES = 2 ** 20;
/** Above every character that a key continues with. */
const LAST_CHARACTER = String.fromCodePoint(0x10_ff_ff);

export function createRunRecords(database: Database, long: LongTexts): RunRecords {
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
  const entriesOf = database.prepare(
    'SELECT entry, ordinal FROM ledger WHERE run_id = ? AND deleted = 0 ORDER BY ordinal',
  );
  const selectLong = database.prepare(
    'SELECT value FROM records WHERE run_id = ? AND instr(value, char(1)) > 0',
  );
  const removeRecords = database.prepare('DELETE FROM records WHERE run_id = ?');
  const removeRun = database.prepare('DELETE FROM runs WHERE run_id = ? RETURNING 1');
  const removeEntries = database.prepare('DELETE FROM ledger WHERE run_id = ? AND deleted = 0');
  const keepEntry = database.prepare('UPDATE ledger SET entry = ?2, deleted = 1 WHERE ordinal = ?1');

  return {
    version: (runId) => Number(selectVersion.get(runId)?.[0] ?? 0),
    setVersion(runId, version) {
      if (version === 1) insertRun.run(runId, version);
      else updateVersion.run(runId, version);
    },
    write(runId, version, writes, texts) {
      const place = version * MAX_WRITES;
      // Of several writes of one key the last counts, at the place of the first.
      const last = new Map(writes.map(({ key }, index) => [key, index]));
      let ordinal = place;
      for (const [key, index] of last) {
        const text = texts[index] ?? null;
        write.run(runId, key, version, ordinal, text === null ? null : long.encode(text));
        ordinal += 1;
      }
    },
    load: (runId, version, prefix) =>
      load.all(runId, version, prefix, prefix + LAST_CHARACTER).flatMap(([key, value, written]) => {
        if (value === null) return [];
        return [
          {
            key: String(key),
            value: JSON.parse(long.decode(value)) as Json,
            version: Number(written),
          },
        ];
      }),
    list: () => listRuns.all().map(([runId]) => String(runId)),
    enter(runId, entries) {
      for (const entry of entries) insertEntry.run(runId, JSON.stringify(entry));
    },
    ledger: (runId) =>
      (runId === undefined ? allEntries.all() : entriesOf.all(runId)).map(
        ([entry]) => JSON.parse(String(entry)) as LedgerEntry,
      ),
    remove(runId) {
      for (const [value] of selectLong.all(runId)) long.release(value);
      removeRecords.run(runId);
      const rows = entriesOf.all(runId);
      const entries = rows.map(([entry]) => JSON.parse(String(entry)) as LedgerEntry);
      for (const { index, entry } of spentEntries(entries)) {
        keepEntry.run(Number(rows[index]?.[1]), JSON.stringify(entry));
      }
      removeEntries.run(runId);
      return removeRun.get(runId) !== undefined;
    },
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
