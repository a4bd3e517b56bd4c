import { blobRefsIn } from '@fleetglass/core';
import type { LedgerEntry } from '@fleetglass/core';
import type { FleetEvent, Json } from '@fleetglass/core/protocol';
import type { Database } from './database.js';
import type { LongTexts } from './long-texts.js';
import type { RunParts } from './run-deletion.js';

/** What a run is besides its events and the blobs that it names. */
export interface RunDump {
  readonly version: number;
  /** What each key held from which version on; `null` where it was deleted. */
  readonly records: readonly (readonly [key: string, version: number, ordinal: number, value: Json])[];
  readonly ledger: readonly LedgerEntry[];
}

/** Takes runs out of a store whole and puts them back. */
export interface RunVault {
  dump(runId: string): Promise<RunDump>;
  /**
   * Puts events of a run back to the places that they had in this log. Those that are there stay, and nothing is summed
   * up again.
   */
  putEvents(runId: string, events: readonly FleetEvent[]): Promise<void>;
  /** Puts back what a run remembered and what it spent, unless it is there. */
  putRun(runId: string, dump: RunDump): Promise<void>;
  /** Ids of runs whose newest event was written before `before`, those that are quiet longest first. */
  quietRuns(before: number, limit: number): Promise<readonly string[]>;
  /**
   * Packs some of the events that were written before `before`; they stay the same and take about a fifth of the room.
   *
   * @returns whether there is more to do
   */
  pack(before: number): Promise<boolean>;
}

type Synchronous<T> = {
  readonly [K in keyof T]: T[K] extends (...given: infer A) => Promise<infer R> ? (...given: A) => R : never;
};

/** Rows that are packed within one transaction. */
const PACKS = 8;

/** What a vault does inside a transaction. */
export function createRunVault(
  database: Database,
  long: LongTexts,
  { segments, records, blobs, eventIds, rollups }: RunParts,
  changed: () => void,
): Synchronous<RunVault> {
  const selectRecords = database.prepare(
    'SELECT key, version, ordinal, value FROM records WHERE run_id = ? ORDER BY key, version',
  );
  const insertRecord = database.prepare(
    'INSERT INTO records (run_id, key, version, ordinal, value) VALUES (?, ?, ?, ?, ?)',
  );
  const insertRun = database.prepare('INSERT INTO runs (run_id, version) VALUES (?, ?)');
  const revive = database.prepare(
    'UPDATE ledger SET deleted = 0 WHERE run_id = ? AND deleted = 1 RETURNING 1',
  );
  const packedTo = database.prepare("SELECT value FROM meta WHERE key = 'packed_to'");
  const setPackedTo = database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('packed_to', ?)");

  return {
    dump: (runId) => ({
      version: records.version(runId),
      records: selectRecords.all(runId).map(([key, version, ordinal, value]) => {
        const held = value === null ? null : (JSON.parse(long.decode(value)) as Json);
        return [String(key), Number(version), Number(ordinal), held] as const;
      }),
      ledger: records.ledger(runId),
    }),
    putEvents(runId, events) {
      segments.restore(events);
      eventIds.add(events);
      for (const event of events) {
        for (const ref of blobRefsIn(JSON.stringify(event))) blobs.name(runId, ref);
      }
      rollups.forget(runId);
      changed();
    },
    putRun(runId, dump) {
      if (dump.version === 0 || records.version(runId) > 0) return;
      insertRun.run(runId, dump.version);
      for (const [key, version, ordinal, value] of dump.records) {
        const text = value === null ? null : JSON.stringify(value);
        insertRecord.run(runId, key, version, ordinal, text === null ? null : long.encode(text));
        for (const ref of blobRefsIn(text ?? '')) blobs.name(runId, ref);
      }
      // What a deleted run has spent is there still.
      if (revive.all(runId).length === 0) records.enter(runId, dump.ledger);
    },
    quietRuns: (before, limit) => segments.quietRuns(before, limit),
    pack(before) {
      let to = Number(packedTo.get()?.[0] ?? 0);
      for (let i = 0; i < PACKS; i += 1) {
        const next = segments.pack(to, before);
        if (next === undefined) {
          setPackedTo.run(String(to));
          return false;
        }
        to = next;
      }
      setPackedTo.run(String(to));
      return true;
    },
  };
}
