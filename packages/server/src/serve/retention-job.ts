import { FleetglassError } from '@fleetglass/core';
import type { Archive } from '../storage/archive.js';
import type { Job } from './schedule.js';

/** What one sweep is made of. */
export interface RetentionJobOptions {
  readonly everyMs: number;
  /** Packs some of what is old. @returns whether there is more to do */
  readonly pack: () => Promise<boolean>;
  /** @default no run leaves the store */
  readonly archive?: Pick<Archive, 'expired' | 'archive'> | undefined;
}

/** Answers that a run gives until it has ended, or because somebody else takes care of it. */
const IS_NOT_YET = new Set(['RUN_NOT_ENDED', 'LEASE_HELD', 'RUN_NOT_FOUND', 'VERSION_CONFLICT']);

const MOST_FAILURES = 10;

/** Packs old events and archives older runs, one step after the other, so that it can end between any two. */
export function createRetentionJob({ everyMs, pack, archive }: RetentionJobOptions): Job {
  return {
    name: 'retention',
    everyMs,
    async run(signal) {
      const assertGoesOn = (): void => signal.throwIfAborted();
      while (await pack()) assertGoesOn();
      let archived = 0;
      const failures: FleetglassError[] = [];
      for (const runId of (await archive?.expired()) ?? []) {
        assertGoesOn();
        const report = await archive?.archive([runId]);
        archived += report?.archived.length ?? 0;
        for (const { error } of report?.refused ?? []) if (!IS_NOT_YET.has(error.code)) failures.push(error);
        // One run may be damaged; when it is the folder or its disk, the next ones would go the same way.
        if (failures.length === MOST_FAILURES) break;
      }
      const [first] = failures;
      if (!first) return { archived };
      throw new FleetglassError(
        'STORE_FAILED',
        `${String(archived)} runs were archived and ${String(failures.length)} could not be; the first because: ${first.message}`,
        { cause: first },
      );
    },
  };
}
