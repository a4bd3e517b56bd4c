import { FleetglassError } from '@fleetglass/core';
import type { Clock, Lease, LeaseRequest } from '@fleetglass/core';
import type { Database } from './database.js';

/** Who may commit to which run. Every call happens inside a transaction, so that two processes cannot both win. */
export interface Leases {
  /** Epoch of the newest lease; 0 when there was none. */
  epoch(runId: string): number;
  /** @throws FleetglassError `LEASE_HELD` */
  acquire(request: LeaseRequest): Lease;
  /** @throws FleetglassError `LEASE_LOST` */
  renew(lease: Lease, ttlMs: number): Lease;
  release(lease: Lease): void;
  /** @throws FleetglassError `LEASE_HELD` while someone owns the run without `lease`, `LEASE_LOST` when that is old */
  assertFree(runId: string, lease: Lease | undefined): void;
  /** Its epochs are never given again. */
  forget(runId: string): void;
}

export const leaseLost = (runId: string): FleetglassError =>
  new FleetglassError('LEASE_LOST', `Someone else has taken over run ${runId}; stop working on it.`);

export function createLeases(database: Database, clock: Clock): Leases {
  const select = database.prepare('SELECT owner, epoch, expires_at FROM leases WHERE run_id = ?');
  const put = database.prepare(
    'INSERT OR REPLACE INTO leases (run_id, owner, epoch, expires_at) VALUES (?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM leases WHERE run_id = ?');
  const selectFloor = database.prepare("SELECT value FROM meta WHERE key = 'lease_floor'");
  const putFloor = database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('lease_floor', ?)");

  /** Highest epoch of the runs that were deleted. */
  const floor = (): number => Number(selectFloor.get()?.[0] ?? 0);
  const find = (runId: string): Lease | undefined => {
    const row = select.get(runId);
    return row && { runId, owner: String(row[0]), epoch: Number(row[1]), expiresAt: Number(row[2]) };
  };
  const store = (lease: Lease): Lease => {
    put.run(lease.runId, lease.owner, lease.epoch, lease.expiresAt);
    return lease;
  };
  /** The entry of a lease that was given back stays, so that its epoch goes on fencing. */
  const isStill = ({ runId, epoch }: Lease): boolean => {
    const found = find(runId);
    return found !== undefined && found.epoch === epoch && found.expiresAt > 0;
  };
  const isKnownGone = ({ isGone }: LeaseRequest, owner: string): boolean => {
    try {
      return isGone?.(owner) ?? false;
    } catch {
      return false;
    }
  };

  return {
    epoch: (runId) => find(runId)?.epoch ?? 0,
    acquire(request) {
      const { runId, owner, ttlMs } = request;
      const held = find(runId);
      const now = clock.now();
      if (held && held.owner !== owner && held.expiresAt > now && !isKnownGone(request, held.owner)) {
        throw new FleetglassError(
          'LEASE_HELD',
          `Run "${runId}" is owned by another process; try again later.`,
          {
            details: { expiresAt: held.expiresAt },
          },
        );
      }
      return store({ runId, owner, epoch: (held?.epoch ?? floor()) + 1, expiresAt: now + ttlMs });
    },
    renew(lease, ttlMs) {
      if (!isStill(lease)) throw leaseLost(lease.runId);
      return store({ ...lease, expiresAt: clock.now() + ttlMs });
    },
    release(lease) {
      if (isStill(lease)) store({ ...lease, expiresAt: 0 });
    },
    assertFree(runId, lease) {
      const held = find(runId);
      if (lease && lease.epoch !== held?.epoch) throw leaseLost(runId);
      if (!lease && held && held.expiresAt > clock.now()) {
        throw new FleetglassError('LEASE_HELD', `Run "${runId}" is being worked on; let it end first.`, {
          details: { runId, expiresAt: held.expiresAt },
        });
      }
    },
    forget(runId) {
      const held = find(runId);
      if (!held) return;
      if (held.epoch > floor()) putFloor.run(String(held.epoch));
      remove.run(runId);
    },
  };
}
