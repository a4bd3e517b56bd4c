import type { Json } from '../../lib/json.js';
import { isRecord } from '../../lib/json.js';
import type { Lease, Store } from '../../log/store.js';
import type { EventDraft } from '../../protocol/event.js';
import { BUDGET_PREFIX } from '../history/run-record.js';

/** Under this id the store keeps what belongs to no run. It has no beginning, so nothing takes it for a run. */
export const SHARED_RECORD = 'shared-budgets';

/** A limit that a person changed. */
export interface ChangedLimit {
  readonly limit: number;
  /** The limit in the options then; when these change, they count again. */
  readonly configured: number;
}

/** Changed limits of the budgets that runs share, so that a change outlives its process. */
export interface SharedLimits {
  find(budgetId: string): Promise<ChangedLimit | undefined>;
  /**
   * Stores a change and the events that tell it together.
   *
   * @throws FleetglassError `LEASE_HELD` while another process changes one
   */
  save(budgetId: string, changed: ChangedLimit, events: readonly EventDraft[]): Promise<void>;
}

/** @param acquire takes the lease of a record for a moment */
export function createSharedLimits(store: Store, acquire: (id: string) => Promise<Lease>): SharedLimits {
  let saving: Promise<void> = Promise.resolve();

  const saveNow = async (
    budgetId: string,
    { limit, configured }: ChangedLimit,
    events: readonly EventDraft[],
  ): Promise<void> => {
    const lease = await acquire(SHARED_RECORD);
    try {
      const stored = await store.load(SHARED_RECORD);
      await store.commit({
        runId: SHARED_RECORD,
        leaseEpoch: lease.epoch,
        expectedVersion: stored?.version ?? 0,
        writes: [{ key: BUDGET_PREFIX + budgetId, value: { limit, configured } }],
        events,
      });
    } finally {
      await store.releaseLease(lease);
    }
  };

  return {
    async find(budgetId) {
      const key = BUDGET_PREFIX + budgetId;
      const stored = await store.load(SHARED_RECORD, { prefix: key });
      return readChange(stored?.records.find((record) => record.key === key)?.value);
    },
    save(budgetId, changed, events) {
      // One after the other: each builds on the version that the one before left.
      const saved = saving.then(() => saveNow(budgetId, changed, events));
      saving = saved.catch(() => undefined);
      return saved;
    },
  };
}

function readChange(value: Json | undefined): ChangedLimit | undefined {
  if (!isRecord(value)) return undefined;
  const { limit, configured } = value;
  return typeof limit === 'number' && typeof configured === 'number' ? { limit, configured } : undefined;
}
