import { FleetglassError, toFleetglassError } from '../../errors/fleetglass-error.js';
import type { Lease, Store } from '../../log/store.js';
import { RUN_BEGIN, RUN_END } from './run-record.js';

/** Which runs may be deleted. */
export interface DeleteOptions {
  /** Also runs that have not ended, when no process works on them. @default false */
  readonly unfinished?: boolean;
}

/** What was deleted and what was not. */
export interface DeletionReport {
  readonly deleted: readonly string[];
  /** Runs that are still there, and why. */
  readonly refused: readonly { readonly runId: string; readonly error: FleetglassError }[];
}

/** Runs deleted at a time: the store carries them out together, and others have their turn after that. */
const AT_ONCE = 16;

async function deleteRun(
  store: Store,
  runId: string,
  acquire: (runId: string) => Promise<Lease>,
  { unfinished = false }: DeleteOptions,
): Promise<void> {
  // Under the lease nobody takes the run up while it is looked at.
  const lease = await acquire(runId);
  try {
    if (!unfinished) {
      const ending = await store.load(runId, { prefix: RUN_END });
      const begun = await store.load(runId, { prefix: RUN_BEGIN });
      if (begun?.records.length && !ending?.records.length) {
        throw new FleetglassError(
          'RUN_NOT_ENDED',
          `Run '${runId}' has not ended; cancel it first, or delete it with \`unfinished: true\`.`,
        );
      }
    }
    if (await store.deleteRun(runId, lease)) return;
  } catch (error) {
    await store.releaseLease(lease).catch(() => undefined);
    throw error;
  }
  throw new FleetglassError('RUN_NOT_FOUND', `There is no run '${runId}': list the runs to see their ids.`);
}

/** Deletes many runs; one that is refused does not keep the others. */
export async function deleteRuns(
  store: Store,
  runIds: Iterable<string>,
  options: DeleteOptions,
  {
    acquire,
    nextMacrotask,
  }: {
    /** @throws FleetglassError `LEASE_HELD` */
    readonly acquire: (runId: string) => Promise<Lease>;
    readonly nextMacrotask: () => Promise<void>;
  },
): Promise<DeletionReport> {
  const deleted: string[] = [];
  const refused: { runId: string; error: FleetglassError }[] = [];
  const left = [...new Set(runIds)];
  while (left.length > 0) {
    const some = left.splice(0, AT_ONCE);
    const results = await Promise.allSettled(some.map((runId) => deleteRun(store, runId, acquire, options)));
    results.forEach((result, index) => {
      const runId = some[index] as string;
      if (result.status === 'fulfilled') deleted.push(runId);
      else refused.push({ runId, error: toFleetglassError(result.reason, 'STORE_FAILED') });
    });
    if (left.length > 0) await nextMacrotask();
  }
  return { deleted, refused };
}
