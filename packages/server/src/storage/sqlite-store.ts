import { blobRefsIn, findNonJson, FleetglassError, runIdsOf, withoutFenced } from '@fleetglass/core';
import type { AppendOptions, Commit, EventBatch, Lease, Store } from '@fleetglass/core';
import type { EventDraft, FleetEvent } from '@fleetglass/core/protocol';
import { rememberTexts } from '../lib/event-text.js';
import { blobRefOf } from './blobs.js';
import { storeError } from './database.js';
import { createGroupCommit } from './group-commit.js';
import { leaseLost } from './leases.js';
import { versionConflict } from './run-records.js';
import type { RunVault } from './run-vault.js';
import { openStoreFile } from './store-file.js';
import type { SqliteStoreOptions } from './store-file.js';

/** A store in a file, which can also give runs away. */
export interface SqliteStore extends Store {
  /** Takes runs out whole and puts them back; `createArchive` uses it. */
  readonly vault: RunVault;
}

/** Runs whose lease and version are kept in mind between commits. */
const MAX_KNOWN_RUNS = 10_000;

/**
 * A store in one SQLite file. Calls of a moment share a transaction; a promise that resolved is on disk as far as
 * `durability` says, and subscribers are told only after that.
 *
 * @throws FleetglassError `STORE_FAILED` when the file cannot be opened or is damaged, `SCHEMA_TOO_NEW` when a newer
 * version wrote it
 */
export function createSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const { file, tenant = 'default' } = options;
  const parts = openStoreFile(options, everyId);
  const { database, epoch, segments, records, leases, blobs, eventIds, deletion, rollups, vault } = parts;
  const listeners = new Set<{ readonly tell: (batch: EventBatch) => void }>();
  let head = parts.head;
  let isClosed = false;
  /** Events of the transaction that is being made. */
  let events: FleetEvent[] = [];
  let texts: string[] = [];
  /** How many of them are in their rows already. */
  let written = 0;
  /** What others wrote to the file since the last transaction. */
  let foreign: EventBatch | undefined;
  let dataVersion = readDataVersion();
  /** Epoch of the lease and version of runs that were committed to, as long as nobody else wrote to the file. */
  const known = new Map<string, { readonly epoch: number; version: number }>();

  function readDataVersion(): number {
    return Number(parts.dataVersion.get()?.[0]);
  }

  function writeEvents(): void {
    if (events.length === written) return;
    const fresh = events.slice(written);
    const from = base() + written + 1;
    rollups.add(from, fresh);
    segments.write(from, fresh, texts.slice(written));
    written = events.length;
  }

  function clearEvents(): void {
    events = [];
    texts = [];
    written = 0;
  }

  const notify = (batch: EventBatch): void => {
    for (const { tell } of [...listeners]) {
      try {
        tell(batch);
      } catch {
        // A listener may not disturb the store or the other listeners.
      }
    }
  };

  const group = createGroupCommit(database, file, {
    begun() {
      const found = readDataVersion();
      if (found === dataVersion) return;
      dataVersion = found;
      known.clear();
      rollups.refresh();
      // Runs may have gone that are known here.
      if (deletion.refresh()) rollups.forget();
      const last = segments.readLast();
      if (last <= head) return;
      foreign = segments.read({ from: head + 1, limit: Number.MAX_SAFE_INTEGER }, last);
      rollups.pass(head + 1, foreign.events);
    },
    finish: writeEvents,
    committed() {
      if (foreign) {
        head = foreign.to;
        notify(foreign);
        foreign = undefined;
      }
      if (events.length === 0) return;
      const batch: EventBatch = { from: head + 1, to: head + events.length, events };
      rememberTexts(events, texts);
      head = batch.to;
      clearEvents();
      notify(batch);
    },
    rolledBack() {
      // What was seen and remembered inside the transaction is looked at anew.
      dataVersion = Number.NaN;
      known.clear();
      eventIds.rolledBack();
      rollups.forget();
      rollups.refresh();
      deletion.refresh();
      foreign = undefined;
      clearEvents();
    },
  });

  /** Newest `seq` before those of this transaction. */
  const base = (): number => foreign?.to ?? head;

  /** Gives drafts their places and encodes them, or refuses them all. */
  const take = (drafts: readonly EventDraft[]): { from: number; to: number } => {
    const before = events.length;
    const from = base() + before + 1;
    try {
      for (const draft of drafts) {
        // The store owns the drafts: giving the very objects their `seq` spares a copy of each.
        const event = draft as FleetEvent & { seq: number };
        event.seq = base() + events.length + 1;
        texts.push(JSON.stringify(event));
        events.push(event);
      }
    } catch (cause) {
      events.length = before;
      texts.length = before;
      throw new FleetglassError(
        'BAD_EVENT',
        'An event holds something that JSON cannot carry: give it plain data.',
        { cause },
      );
    }
    for (let i = before; i < events.length; i += 1) {
      for (const ref of blobRefsIn(texts[i] as string)) blobs.name(events[i]?.runId ?? '', ref);
    }
    return { from, to: from + drafts.length - 1 };
  };

  const append = (drafts: readonly EventDraft[]): { from: number; to: number } => {
    const range = take(drafts);
    eventIds.add(drafts);
    return range;
  };

  const assertUnowned = (drafts: readonly EventDraft[]): void => {
    for (const runId of runIdsOf(drafts)) leases.assertFree(runId, undefined);
  };

  function* everyId(): IterableIterator<string> {
    yield* segments.ids(base());
    for (const { id } of events) if (id !== undefined) yield id;
  }

  const commitNow = (commit: Commit, values: readonly (string | null)[]) => {
    const { runId, leaseEpoch, expectedVersion, writes, ledger } = commit;
    const run = known.get(runId) ?? { epoch: leases.epoch(runId), version: records.version(runId) };
    if (leaseEpoch !== run.epoch) throw leaseLost(runId);
    if (run.version !== expectedVersion) throw versionConflict(runId, expectedVersion, run.version);
    const range = append(commit.events);
    const version = run.version + 1;
    if (known.size >= MAX_KNOWN_RUNS) known.clear();
    known.set(runId, run);
    run.version = version;
    records.setVersion(runId, version);
    records.write(runId, version, writes, values);
    for (const value of values) for (const ref of blobRefsIn(value ?? '')) blobs.name(runId, ref);
    if (ledger) records.enter(runId, ledger);
    return { version, ...range };
  };

  const deleteNow = (runId: string, lease: Lease | undefined): boolean => {
    writeEvents();
    known.delete(runId);
    return deletion.delete(runId, lease);
  };

  const encodeWrites = ({ writes }: Commit): (string | null)[] =>
    writes.map(({ key, value }) => {
      const path = findNonJson(value);
      if (path !== undefined) {
        throw new FleetglassError(
          'STATE_NOT_JSON',
          `\`${key}\` holds something that JSON cannot carry at ${path}: give it plain data.`,
          {
            details: { key, path },
          },
        );
      }
      return value === null ? null : JSON.stringify(value);
    });

  /** Runs a read now; disk errors become rejections. */
  const read = async <T>(work: () => T): Promise<T> => {
    if (isClosed) throw new FleetglassError('STORE_CLOSED', 'The store is closed: open a new one.');
    try {
      return work();
    } catch (error) {
      throw storeError(error, file);
    }
  };

  return {
    tenant,
    epoch,
    vault: {
      dump: (runId) => read(() => vault.dump(runId)),
      putEvents: (runId, put) =>
        group.enqueue(() => {
          writeEvents();
          vault.putEvents(runId, put);
        }),
      putRun: (runId, dump) => {
        known.delete(runId);
        return group.enqueue(() => vault.putRun(runId, dump));
      },
      quietRuns: (before, limit) => read(() => vault.quietRuns(before, limit)),
      pack: (before) => group.enqueue(() => vault.pack(before)),
    },
    rollups: { read: (query) => read(() => rollups.read(query)) },
    head: () => head,
    first: () => 1,
    append: (drafts, { dedupe = false, unowned = false, leases: observed }: AppendOptions = {}) =>
      group.enqueue(() => {
        const wanted = withoutFenced(drafts, observed, (runId) => leases.epoch(runId));
        if (!dedupe) {
          if (unowned) assertUnowned(wanted);
          return append(wanted);
        }
        const fresh = eventIds.claim(wanted);
        try {
          if (unowned) assertUnowned(fresh);
          return take(fresh);
        } catch (error) {
          // A refused operation has written nothing.
          eventIds.remove(fresh);
          throw error;
        }
      }, drafts.length),
    read: (query) => read(() => segments.read(query, head)),
    subscribe(listener) {
      // An entry of its own, so that one function may subscribe twice.
      const entry = { tell: listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    commit: async (commit) => {
      const values = encodeWrites(commit);
      return group.enqueue(() => commitNow(commit, values));
    },
    load: (runId, { prefix = '', version = Number.MAX_SAFE_INTEGER } = {}) =>
      read(() => {
        const current = records.version(runId);
        if (current === 0) return undefined;
        return {
          runId,
          version: current,
          leaseEpoch: leases.epoch(runId),
          records: records.load(runId, version, prefix),
        };
      }),
    listRuns: () => read(() => records.list()),
    ledger: ({ runId } = {}) => read(() => records.ledger(runId)),
    acquireLease: (request) =>
      group.enqueue(() => {
        known.delete(request.runId);
        return leases.acquire(request);
      }),
    renewLease: (lease, ttlMs) => group.enqueue(() => leases.renew(lease, ttlMs)),
    releaseLease: (lease) => group.enqueue(() => leases.release(lease)),
    putBlob(bytes, mediaType) {
      const ref = blobRefOf(bytes);
      const copy = bytes.slice();
      return group.enqueue(() => {
        blobs.put(ref, copy, mediaType);
        return ref;
      });
    },
    getBlob: (ref) => read(() => blobs.get(ref)),
    deleteRun: (runId, lease) => group.enqueue(() => deleteNow(runId, lease)),
    deletions: () => deletion.count,
    bytes: () => read(() => parts.bytes()),
    async close() {
      if (isClosed) return;
      group.close();
      isClosed = true;
      listeners.clear();
      database.close();
    },
  };
}
