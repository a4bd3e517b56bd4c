import { toFleetglassError } from '../../errors/fleetglass-error.js';
import type { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Clock, TimerHandle } from '../../lib/clock.js';
import type { Lease, Store } from '../../log/store.js';
import type { EventSink } from './services.js';

export const DEFAULT_LEASE_TTL_MS = 10_000;

/** A run that holds a lease. */
export interface Leased {
  lease: Lease;
  /** The lease is lost: someone else may run it. */
  abandon(error: FleetglassError): void;
}

/** Renews the leases of all runs of an orchestrator at each third of their life. */
export interface LeaseKeeper {
  add(leased: Leased): void;
  /** Lets go of every run, those included that are just beginning. */
  abandonAll(error: FleetglassError): void;
  /** Stops renewing and gives the lease back. @param lost somebody else has it already */
  remove(leased: Leased, lost: boolean): Promise<void>;
}

/** @param ttlMs milliseconds that a lease lives without being renewed */
export function createLeaseKeeper(
  store: Store,
  emitter: EventSink,
  clock: Clock,
  ttlMs: number,
): LeaseKeeper {
  const held = new Set<Leased>();
  const unfence = new WeakMap<Leased, () => void>();
  let timer: TimerHandle;

  const schedule = (): void => {
    if (timer !== undefined || held.size === 0) return;
    timer = clock.setTimeout(
      () => {
        timer = undefined;
        void renewAll().then(schedule);
      },
      ttlMs / 3,
      { background: true },
    );
  };

  const renew = async (leased: Leased): Promise<void> => {
    try {
      const lease = await store.renewLease(leased.lease, ttlMs);
      if (held.has(leased)) leased.lease = lease;
    } catch (error) {
      const reason = toFleetglassError(error, 'STORE_FAILED');
      // A store that fails lets nobody commit, and asks for the lease of whoever comes back: the run waits for it. Should
      // someone else have taken the lease meanwhile, the next renewal or commit is told.
      if (!held.has(leased) || reason.code === 'STORE_FAILED') return;
      held.delete(leased);
      leased.abandon(reason);
    }
  };

  const renewAll = async (): Promise<void> => {
    await Promise.all([...held].map(renew));
  };

  return {
    add(leased) {
      held.add(leased);
      const { runId, epoch } = leased.lease;
      const lift = emitter.fence?.(runId, epoch);
      if (lift) unfence.set(leased, lift);
      schedule();
    },
    abandonAll(error) {
      for (const leased of [...held]) leased.abandon(error);
    },
    async remove(leased, lost) {
      held.delete(leased);
      if (held.size === 0 && timer !== undefined) {
        clock.clearTimeout(timer);
        timer = undefined;
      }
      // What was observed before it was lost may still be on its way.
      if (lost) await emitter.flush();
      unfence.get(leased)?.();
      if (lost) return;
      try {
        await store.releaseLease(leased.lease);
      } catch {
        // It will run out by itself.
      }
    },
  };
}
