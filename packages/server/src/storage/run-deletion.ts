import type { Lease } from '@fleetglass/core';
import type { Blobs } from './blobs.js';
import type { Database } from './database.js';
import type { EventIds } from './event-ids.js';
import type { Leases } from './leases.js';
import type { SqliteRollups } from './rollups.js';
import type { RunRecords } from './run-records.js';
import type { Segments } from './segments.js';

/** Ends of runs. Every change happens inside a transaction. */
export interface RunDeletion {
  /** Runs deleted so far. */
  readonly count: number;
  /**
   * @returns whether there was anything
   * @throws FleetglassError `LEASE_HELD`, `LEASE_LOST`
   */
  delete(runId: string, lease: Lease | undefined): boolean;
  /** Runs were put back: whoever keeps what it has folded has to fold anew. */
  restored(): void;
  /** Others may have deleted, or the transaction was undone. @returns whether the count changed */
  refresh(): boolean;
}

export interface RunParts {
  readonly segments: Segments;
  readonly records: RunRecords;
  readonly leases: Leases;
  readonly blobs: Blobs;
  readonly eventIds: EventIds;
  readonly rollups: SqliteRollups;
}

export function createRunDeletion(
  database: Database,
  { segments, records, leases, blobs, eventIds, rollups }: RunParts,
): RunDeletion {
  const select = database.prepare("SELECT value FROM meta WHERE key = 'deletions'");
  const put = database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('deletions', ?)");
  const freePages = database.prepare('PRAGMA freelist_count');
  const countFree = (): number => Number(freePages.get()?.[0]);
  const read = (): number => Number(select.get()?.[0] ?? 0);
  let count = read();

  return {
    get count() {
      return count;
    },
    delete(runId, lease) {
      leases.assertFree(runId, lease);
      const before = countFree();
      const events = segments.remove(runId);
      eventIds.remove(events);
      const hadRecords = records.remove(runId);
      leases.forget(runId);
      blobs.release(runId);
      rollups.forget(runId);
      const existed = hadRecords || events.length > 0;
      if (existed) {
        count += 1;
        put.run(String(count));
      }
      const freed = countFree() - before;
      // As much as this run took up, and not what others left: the time it takes is bounded by the run.
      if (freed > 0) database.exec(`PRAGMA incremental_vacuum(${freed})`);
      return existed;
    },
    restored() {
      count += 1;
      put.run(String(count));
    },
    refresh() {
      const before = count;
      count = read();
      return count !== before;
    },
  };
}
