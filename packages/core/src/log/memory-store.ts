import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import { createId, systemRandom } from '../lib/ids.js';
import type { EventDraft } from '../protocol/event.js';
import { createBatchListeners } from './batch-listeners.js';
import { blobRefOf } from './blob-ref.js';
import { deepFreeze } from './deep-freeze.js';
import { estimateValueBytes } from './estimate-bytes.js';
import { createEventBuffer } from './event-buffer.js';
import { runIdsOf, withoutFenced } from './fenced-drafts.js';
import { createMemoryBlobs } from './memory-blobs.js';
import { createLeaseTable } from './memory-leases.js';
import { createMemoryRollups } from './memory-rollups.js';
import type { MemoryRun, OrderedEntry } from './memory-run.js';
import { applyWrites, checkCommit, createMemoryRun, recordsOf, valuesOf } from './memory-run.js';
import { spentEntries } from './spent-entries.js';
import type { Store } from './store.js';

/** What a memory store keeps before it forgets the oldest. */
export interface MemoryRetention {
  /** Most events. @default 100_000 */
  readonly events?: number;
  /** Most bytes of events, estimated. @default 256 MiB */
  readonly bytes?: number;
  /** Most runs with their records and ledger; one that somebody holds a lease on is never forgotten. @default 10_000 */
  readonly runs?: number;
  /** Most bytes of blobs. @default 256 MiB */
  readonly blobBytes?: number;
  /** Most entries of the ledger that are left of deleted runs. @default 100_000 */
  readonly spent?: number;
  /** Most sums of an hour that its rollups are made of; beyond it old ones are no longer told apart by run. @default 20_000 */
  readonly rollups?: number;
}

/** Tenant, time and bounds of a store in memory. */
export interface MemoryStoreOptions {
  /** @default 'default' */
  readonly tenant?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly retain?: MemoryRetention;
  /** Freezes accepted events, to find code that changes what it handed over. For development. @default false */
  readonly freeze?: boolean;
  /** Told what a subscriber threw. @default it is ignored */
  readonly onListenerError?: (error: unknown) => void;
}

const MIB = 1024 * 1024;

/**
 * A {@link Store} that lives as long as its process. Its memory is bounded by `retain`; what was forgotten is answered
 * with `CURSOR_TOO_OLD`. `dedupe` knows the ids of the events that are still held. Values of records are kept by
 * reference: do not change what was committed.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const { tenant = 'default', clock = systemClock, random = systemRandom, freeze = false } = options;
  const { events: maxEvents = 100_000, bytes: maxBytes = 256 * MIB } = options.retain ?? {};
  const { runs: maxRuns = 10_000, blobBytes = 256 * MIB, spent: maxSpent = 100_000 } = options.retain ?? {};
  const rollups = createMemoryRollups(options.retain?.rollups ?? 20_000);
  const epoch = createId('log', clock, random);

  const listeners = createBatchListeners(options.onListenerError ?? (() => undefined));
  const leases = createLeaseTable(clock);
  const runs = new Map<string, MemoryRun>();
  const blobs = createMemoryBlobs(blobBytes, clock);
  /** What deleted runs have spent. */
  let spent: OrderedEntry[] = [];
  let ledgerOrder = 0;
  let deletions = 0;
  /** Deleted runs whose events are still in the buffer: the newest `seq` to go, and values that may name blobs. */
  let doomed = new Map<string, number>();
  let doomedValues: unknown[] = [];
  let sweeping: Promise<ReadonlySet<string>> | undefined;
  let closed = false;
  /** Ids of the events held; built when it is first asked for, since most logs never dedupe. */
  let ids: Set<string> | undefined;

  const buffer = createEventBuffer({
    maxEvents,
    maxBytes,
    onForget(events) {
      if (ids) for (const event of events) if (event.id !== undefined) ids.delete(event.id);
    },
  });

  const assertOpen = (): void => {
    if (closed) throw new FleetglassError('STORE_CLOSED', 'The store was closed; create a new one.');
  };

  const accept = (drafts: readonly EventDraft[]): { from: number; to: number } => {
    if (drafts.length === 0) return { from: buffer.head + 1, to: buffer.head };
    const from = buffer.head + 1;
    if (ids) for (const { id } of drafts) if (id !== undefined) ids.add(id);
    const events = buffer.append(drafts);
    if (freeze) events.forEach(deepFreeze);
    const range = { from, to: buffer.head };
    rollups.add(events);
    listeners.notify({ ...range, events });
    return range;
  };

  const withoutDuplicates = (drafts: readonly EventDraft[]): EventDraft[] => {
    if (!ids) {
      ids = new Set();
      for (const { id } of buffer.values()) if (id !== undefined) ids.add(id);
    }
    const known = ids;
    // Of their own: these drafts may still be refused.
    const fresh = new Set<string>();
    return drafts.filter(({ id }) => {
      if (id === undefined) return true;
      if (known.has(id) || fresh.has(id)) return false;
      fresh.add(id);
      return true;
    });
  };

  const forgetOldRuns = (): void => {
    if (runs.size <= maxRuns) return;
    for (const runId of runs.keys()) {
      if (leases.isHeld(runId)) continue;
      runs.delete(runId);
      leases.forget(runId);
      if (runs.size <= maxRuns) return;
    }
  };

  function* contents(): IterableIterator<unknown> {
    yield* buffer.values();
    for (const run of runs.values()) yield* valuesOf(run);
  }

  /** Takes the events of deleted runs out, all that were deleted in a moment at once: it looks at every event. */
  const sweep = (): ReadonlySet<string> => {
    sweeping = undefined;
    const removed = buffer.remove(doomed);
    if (ids) for (const { id } of removed) if (id !== undefined) ids.delete(id);
    blobs.free([...doomedValues, ...removed], contents);
    doomed = new Map();
    doomedValues = [];
    return new Set(removed.map(({ runId = '' }) => runId));
  };

  const checkEpoch = (runId: string, leaseEpoch: number): void => {
    const newest = leases.epochOf(runId);
    if (leaseEpoch === newest) return;
    throw new FleetglassError('LEASE_LOST', `Another owner took run "${runId}" over; stop working on it.`, {
      details: { runId, leaseEpoch: newest },
    });
  };

  return {
    tenant,
    epoch,
    rollups: {
      async read(query) {
        assertOpen();
        return rollups.read(query);
      },
    },
    head: () => buffer.head,
    first: () => buffer.first,
    async append(drafts, appendOptions) {
      assertOpen();
      const unfenced = withoutFenced(drafts, appendOptions?.leases, (runId) => leases.epochOf(runId));
      const wanted = appendOptions?.dedupe ? withoutDuplicates(unfenced) : unfenced;
      if (appendOptions?.unowned) for (const runId of runIdsOf(wanted)) leases.assertFree(runId, undefined);
      return accept(wanted);
    },
    async read(query) {
      assertOpen();
      return buffer.read(query);
    },
    subscribe(listener) {
      return closed ? () => undefined : listeners.add(listener);
    },
    async commit(commit) {
      assertOpen();
      checkEpoch(commit.runId, commit.leaseEpoch);
      const existing = runs.get(commit.runId);
      checkCommit(existing, commit);
      const run = existing ?? createMemoryRun();
      applyWrites(run, commit.writes);
      for (const entry of commit.ledger ?? []) {
        ledgerOrder += 1;
        run.ledger.push({ order: ledgerOrder, entry });
      }
      if (!existing) {
        runs.set(commit.runId, run);
        forgetOldRuns();
      }
      const { version } = run;
      const { from, to } = accept(commit.events);
      return { version, from, to };
    },
    async load(runId, { prefix = '', version } = {}) {
      assertOpen();
      const run = runs.get(runId);
      if (!run) return undefined;
      return {
        runId,
        version: run.version,
        leaseEpoch: leases.epochOf(runId),
        records: recordsOf(run, prefix, version ?? run.version),
      };
    },
    async listRuns() {
      assertOpen();
      return [...runs.keys()];
    },
    async ledger(query) {
      assertOpen();
      const chosen = query?.runId === undefined ? [...runs.values()] : [runs.get(query.runId)];
      return [...(query?.runId === undefined ? spent : []), ...chosen.flatMap((run) => run?.ledger ?? [])]
        .sort((a, b) => a.order - b.order)
        .map(({ entry }) => entry);
    },
    async acquireLease(request) {
      assertOpen();
      return leases.acquire(request);
    },
    async renewLease(lease, ttlMs) {
      assertOpen();
      return leases.renew(lease, ttlMs);
    },
    async releaseLease(lease) {
      assertOpen();
      leases.release(lease);
    },
    async putBlob(bytes, mediaType) {
      assertOpen();
      const copy = bytes.slice();
      const ref = await blobRefOf(copy);
      assertOpen();
      blobs.put(ref, { bytes: copy, mediaType });
      return ref;
    },
    async getBlob(ref) {
      assertOpen();
      return blobs.get(ref);
    },
    async deleteRun(runId, lease) {
      assertOpen();
      leases.assertFree(runId, lease);
      leases.forget(runId);
      rollups.forget(runId);
      const run = runs.get(runId);
      runs.delete(runId);
      if (run) {
        for (const { index, entry } of spentEntries(run.ledger.map((ordered) => ordered.entry))) {
          spent.push({ entry, order: run.ledger[index]?.order ?? 0 });
        }
        if (spent.length > maxSpent) spent = spent.slice(-maxSpent);
        doomedValues.push(...valuesOf(run));
      }
      doomed.set(runId, buffer.head);
      sweeping ??= Promise.resolve().then(sweep);
      const withEvents = await sweeping;
      const existed = run !== undefined || withEvents.has(runId);
      if (existed) deletions += 1;
      return existed;
    },
    deletions: () => deletions,
    async bytes() {
      assertOpen();
      let held = buffer.bytes + blobs.bytes;
      for (const run of runs.values()) for (const value of valuesOf(run)) held += estimateValueBytes(value);
      return held;
    },
    async close() {
      closed = true;
      listeners.clear();
      buffer.clear();
      runs.clear();
      blobs.clear();
      spent = [];
      rollups.clear();
      ids = undefined;
    },
  };
}
