import { systemClock } from '@fleetglass/core';
import type { Clock, Lease, Store } from '@fleetglass/core';

/** How a saver owns the threads that it writes to. */
export interface ThreadLease {
  /**
   * Who owns them: another name for each saver and each start of the process, for example `processOwner()` of
   * `@fleetglass/server`.
   */
  readonly owner: string;
  /** Milliseconds without a write until another owner may take a thread over. @default 30_000 */
  readonly ttlMs?: number;
  /** Tells that an owner's process is gone, so that nobody waits for its lease: `isProcessGone` of `@fleetglass/server`. */
  readonly isGone?: (owner: string) => boolean;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

export interface ThreadLeases {
  /**
   * A lease that is taken or renewed where it is time to; `undefined` without ownership.
   *
   * @throws FleetglassError `LEASE_HELD`, `LEASE_LOST`
   */
  leaseOf(runId: string): Promise<Lease | undefined>;
  /** The thread is gone, and its lease with it. */
  forget(runId: string): void;
  release(runId: string): Promise<void>;
}

const DEFAULT_TTL_MS = 30_000;

export function createThreadLeases(store: Store, ownership: ThreadLease | undefined): ThreadLeases {
  if (!ownership) {
    return { leaseOf: async () => undefined, forget: () => undefined, release: async () => undefined };
  }
  const { owner, isGone, ttlMs = DEFAULT_TTL_MS, clock = systemClock } = ownership;
  const held = new Map<string, Lease>();
  return {
    async leaseOf(runId) {
      const lease = held.get(runId);
      if (lease && lease.expiresAt - clock.now() > (ttlMs * 2) / 3) return lease;
      // A lease that was lost stays lost: nobody renews it, and the store refuses its epoch.
      const next = lease
        ? await store.renewLease(lease, ttlMs)
        : await store.acquireLease({ runId, owner, ttlMs, ...(isGone ? { isGone } : {}) });
      held.set(runId, next);
      return next;
    },
    forget: (runId) => void held.delete(runId),
    async release(runId) {
      const lease = held.get(runId);
      held.delete(runId);
      if (lease) await store.releaseLease(lease);
    },
  };
}
