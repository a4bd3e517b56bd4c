import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import type { Lease, LeaseRequest } from './store.js';

export interface LeaseTable {
  /** Epoch of the newest lease of the run; 0 when it was never leased. */
  epochOf(runId: string): number;
  /** Whether an owner holds it now. */
  isHeld(runId: string): boolean;
  acquire(request: LeaseRequest): Lease;
  renew(lease: Lease, ttlMs: number): Lease;
  release(lease: Lease): void;
  /** @throws FleetglassError `LEASE_HELD` while someone owns the run without `lease`, `LEASE_LOST` when that is old */
  assertFree(runId: string, lease: Lease | undefined): void;
  forget(runId: string): void;
}

/** Leases in memory. Epochs are counted over all runs, so that a forgotten run cannot see an epoch twice. */
export function createLeaseTable(clock: Clock): LeaseTable {
  const newest = new Map<string, Lease>();
  let epoch = 0;

  const isRunning = (lease: Lease): boolean => lease.expiresAt > clock.now();
  const isGone = (request: LeaseRequest, owner: string): boolean => {
    try {
      return request.isGone?.(owner) ?? false;
    } catch {
      return false;
    }
  };

  return {
    epochOf: (runId) => newest.get(runId)?.epoch ?? 0,
    isHeld(runId) {
      const lease = newest.get(runId);
      return lease !== undefined && isRunning(lease);
    },
    acquire(request) {
      const { runId, owner, ttlMs } = request;
      const held = newest.get(runId);
      if (held && held.owner !== owner && isRunning(held) && !isGone(request, held.owner)) {
        throw new FleetglassError(
          'LEASE_HELD',
          `Run "${runId}" is owned by another process; try again later.`,
          {
            details: { runId, expiresAt: held.expiresAt },
          },
        );
      }
      epoch += 1;
      const lease: Lease = { runId, owner, epoch, expiresAt: clock.now() + ttlMs };
      newest.set(runId, lease);
      return lease;
    },
    renew(lease, ttlMs) {
      const held = newest.get(lease.runId);
      if (held?.epoch !== lease.epoch || held.expiresAt === 0) {
        throw new FleetglassError(
          'LEASE_LOST',
          `The lease of run "${lease.runId}" is no longer held; stop working on it.`,
          {
            details: { runId: lease.runId },
          },
        );
      }
      const renewed: Lease = { ...held, expiresAt: clock.now() + ttlMs };
      newest.set(lease.runId, renewed);
      return renewed;
    },
    release(lease) {
      const held = newest.get(lease.runId);
      // The entry stays: its epoch goes on fencing.
      if (held?.epoch === lease.epoch) newest.set(lease.runId, { ...held, expiresAt: 0 });
    },
    assertFree(runId, lease) {
      const held = newest.get(runId);
      if (lease && lease.epoch !== held?.epoch) {
        throw new FleetglassError(
          'LEASE_LOST',
          `The lease of run "${runId}" is no longer held; stop working on it.`,
          {
            details: { runId },
          },
        );
      }
      if (!lease && held && isRunning(held)) {
        throw new FleetglassError('LEASE_HELD', `Run "${runId}" is being worked on; let it end first.`, {
          details: { runId, expiresAt: held.expiresAt },
        });
      }
    },
    forget(runId) {
      newest.delete(runId);
    },
  };
}
