import { FleetglassError, isFleetglassError } from '../errors/fleetglass-error.js';
import type { Clock, TimerHandle } from '../lib/clock.js';
import type { Lease, Store } from '../log/store.js';

/** Milliseconds that a lease lives without being renewed. */
export const LEASE_TTL_MS = 10_000;

/** A run that holds a lease. */
export interface Leased {
  lease: Lease;
  /** The lease is lost: someone else may run it. */
  abandon(error: FleetglassError): void;
}

/** Renews the leases of all runs of an orchestrator at each third of their life. */
export interface LeaseKeeper {
  add(leased: Leased): void;
  /** Stops renewing and gives the lease back. */
  remove(leased: Leased): Promise<void>;
}

export function createLeaseKeeper(store: Store, clock: Clock): LeaseKeeper {
  const held = new Set<Leased>();
  let timer: TimerHandle;

  const schedule = (): void => {
    if (timer !== undefined || held.size === 0) return;
    timer = clock.setTimeout(
      () => {
        timer = undefined;
        void renewAll().then(schedule);
      },
      LEASE_TTL_MS / 3,
      { background: true },
    );
  };

  const renew = async (leased: Leased): Promise<void> => {
    try {
      const lease = await store.renewLease(leased.lease, LEASE_TTL_MS);
      if (held.has(leased)) leased.lease = lease;
    } catch (error) {
      if (!held.has(leased)) return;
      const lost = isFleetglassError(error, 'LEASE_LOST');
      // A store that fails for a moment is asked again while the lease still lives.
      if (!lost && clock.now() < leased.lease.expiresAt) return;
      held.delete(leased);
      leased.abandon(
        lost
          ? error
          : new FleetglassError('LEASE_LOST', 'The lease could not be renewed in time.', { cause: error }),
      );
    }
  };

  const renewAll = async (): Promise<void> => {
    await Promise.all([...held].map(renew));
  };

  return {
    add(leased) {
      held.add(leased);
      schedule();
    },
    async remove(leased) {
      held.delete(leased);
      if (held.size === 0 && timer !== undefined) {
        clock.clearTimeout(timer);
        timer = undefined;
      }
      try {
        await store.releaseLease(leased.lease);
      } catch {
        // It will run out by itself.
      }
    },
  };
}
