import {
  blobRefsIn,
  createId,
  emptyState,
  FleetglassError,
  isFinal,
  reduce,
  systemClock,
  systemRandom,
  toFleetglassError,
} from '@fleetglass/core';
import type { Clock, FleetState, Lease, LedgerEntry, Random, RunState } from '@fleetglass/core';
import type { EventDraft, FleetEvent } from '@fleetglass/core/protocol';
import { nextTurn } from '../lib/next-turn.js';
import { createArchiveFiles } from './archive-files.js';
import type { ArchivedRun } from './archive-files.js';
import { isProcessGone, processOwner } from './process-owner.js';
import type { RunDump } from './run-vault.js';
import type { SqliteStore } from './sqlite-store.js';

export type { ArchivedRun } from './archive-files.js';

/** Which store is relieved of old runs, and where they go. */
export interface ArchiveOptions {
  readonly store: SqliteStore;
  /** Folder of the archived runs; made when it is missing. One store has one of its own. */
  readonly directory: string;
  /** Age from which on {@link Archive.sweep} packs events, in milliseconds. @default 90 days */
  readonly packAfterMs?: number;
  /** Time after its newest event from which on it archives a run that has ended. @default 365 days */
  readonly archiveAfterMs?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Names of the leases under which runs are moved. @default the machine's randomness */
  readonly random?: Random;
}

/** A run that nothing was done to, and why. */
export interface ArchiveRefusal {
  readonly runId: string;
  readonly error: FleetglassError;
}

/** Runs out of the store, in files, and back. Several processes may do so with one store: a run is moved by one of them. */
export interface Archive {
  /**
   * Puts runs that have ended into files, and then takes them out of the store as `deleteRun` does. A crash in between
   * leaves both, and archiving once more is all that it takes. Refuses with `RUN_NOT_FOUND`, `RUN_NOT_ENDED`,
   * `LEASE_HELD` while something else works on the run, `VERSION_CONFLICT` when it got events meanwhile, `STORE_FAILED`.
   */
  archive(
    runIds: readonly string[],
  ): Promise<{ archived: readonly ArchivedRun[]; refused: readonly ArchiveRefusal[] }>;
  /**
   * Archived runs in an order of their own.
   *
   * @param query `text` is looked for in ids and names; `after` is the id of the last run of the page before
   */
  list(query?: { text?: string; after?: string; limit?: number }): Promise<readonly ArchivedRun[]>;
  /** What the manifest of an archived run says. @throws FleetglassError `STORE_FAILED` */
  find(runId: string): Promise<ArchivedRun | undefined>;
  /** Events of an archived run, in their order. @throws FleetglassError `RUN_NOT_FOUND`, `STORE_FAILED` */
  events(runId: string): AsyncIterable<FleetEvent>;
  /**
   * Puts runs back: in the log that they came from to the places that they had, in another one at its end, each event
   * once. Their files stay, and they are not archived by age again before that age has passed once more.
   */
  restore(
    runIds: readonly string[],
  ): Promise<{ restored: readonly string[]; refused: readonly ArchiveRefusal[] }>;
  /** Deletes files of runs. */
  delete(
    runIds: readonly string[],
  ): Promise<{ deleted: readonly string[]; refused: readonly ArchiveRefusal[] }>;
  /** Runs whose newest event is older than `archiveAfterMs`, the oldest first; some of them may not have ended. */
  expired(): Promise<readonly string[]>;
  /** Packs what is old and archives what is older, for whoever calls it by the clock, for example at night. */
  sweep(): Promise<{ archived: readonly ArchivedRun[]; refused: readonly ArchiveRefusal[] }>;
}

const DAY_MS = 86_400_000;
const PAGE = 1_000;
/** Longest time between two signs of life of whoever moves a run. */
const LEASE_MS = 600_000;
/** Runs that one sweep looks at. */
const MOST_RUNS = 10_000;

const notFound = (runId: string): FleetglassError =>
  new FleetglassError('RUN_NOT_FOUND', `There is no run ${runId} here: list the runs to see their ids.`, {
    details: { runId },
  });

/** A line of the file beside the events. */
type RestLine =
  | { readonly run: Pick<RunDump, 'version'> }
  | { readonly record: RunDump['records'][number] }
  | { readonly ledger: LedgerEntry }
  | { readonly blob: string; readonly mediaType: string; readonly base64: string };

/** Runs as gzipped NDJSON in a folder, out of the store and back to their places; old events packed; both by age. */
export function createArchive(options: ArchiveOptions): Archive {
  const { store, directory, packAfterMs = 90 * DAY_MS, archiveAfterMs = 365 * DAY_MS } = options;
  const { clock = systemClock, random = systemRandom } = options;
  const files = createArchiveFiles(directory);

  async function* storedEvents(runId: string, first = 1): AsyncIterable<FleetEvent> {
    const to = store.head();
    for (let from = first; from <= to;) {
      const page = await store.read({ from, to, filter: { runId }, limit: PAGE });
      yield* page.events;
      from = page.to + 1;
      // Reading is the work of one thread: others have their turn between two pages.
      await nextTurn();
    }
  }

  const hasEvents = async (runId: string, from = 1): Promise<boolean> =>
    (await store.read({ from, filter: { runId }, limit: 1 })).events.length > 0;

  /** The archived run, if it is one of this store's tenant. */
  const find = async (runId: string): Promise<ArchivedRun | undefined> => {
    const run = await files.find(runId);
    return run?.tenant === store.tenant ? run : undefined;
  };

  /** Two that move the same run would take from each other what they have not written yet. */
  const withLease = async <T>(runId: string, work: (lease: Lease) => Promise<T>): Promise<T> => {
    const owner = `${processOwner()}/${createId('archive', clock, random)}`;
    const lease = await store.acquireLease({ runId, owner, ttlMs: LEASE_MS, isGone: isProcessGone });
    try {
      return await work(lease);
    } finally {
      await store.releaseLease(lease);
    }
  };

  const archiveOne = async (runId: string): Promise<ArchivedRun> => {
    let state: FleetState = emptyState();
    for await (const event of storedEvents(runId)) state = reduce(state, [event]);
    const run = state.runs.get(runId);
    if (!run) throw notFound(runId);
    if (!isFinal(run.status)) {
      throw new FleetglassError('RUN_NOT_ENDED', `Run ${runId} has not ended: cancel it first.`, {
        details: { runId },
      });
    }
    return withLease(runId, (lease) => moveOut(run, lease));
  };

  const moveOut = async (run: RunState, lease: Lease): Promise<ArchivedRun> => {
    const runId = run.id;
    const other = await files.find(runId);
    if (other && other.tenant !== store.tenant) {
      throw new FleetglassError(
        'STORE_FAILED',
        `The folder ${directory} holds runs of the tenant ${other.tenant}: give each store a folder of its own.`,
      );
    }
    // Somebody else may have been faster, and its files must not be written over with nothing.
    if (!(await hasEvents(runId))) throw notFound(runId);
    let [events, first, last] = [0, 0, 0];
    const refs = new Set<string>();
    async function* eventLines(): AsyncIterable<string> {
      for await (const event of storedEvents(runId)) {
        const text = JSON.stringify(event);
        events += 1;
        first ||= event.seq;
        last = event.seq;
        for (const ref of blobRefsIn(text)) refs.add(ref);
        yield `${text}\n`;
      }
    }
    async function* restLines(): AsyncIterable<string> {
      const { version, records, ledger } = await store.vault.dump(runId);
      const line = (value: RestLine): string => `${JSON.stringify(value)}\n`;
      for (const record of records) for (const ref of blobRefsIn(JSON.stringify(record[3]))) refs.add(ref);
      for (const ref of refs) {
        const blob = await store.getBlob(ref);
        if (!blob) continue;
        yield line({
          blob: ref,
          mediaType: blob.mediaType,
          base64: Buffer.from(blob.bytes).toString('base64'),
        });
      }
      yield line({ run: { version } });
      for (const record of records) yield line({ record });
      for (const entry of ledger) yield line({ ledger: entry });
    }
    const sha256 = await files.write(runId, 'events', eventLines());
    const sha256OfRest = await files.write(runId, 'rest', restLines());
    if (await hasEvents(runId, last + 1)) {
      throw new FleetglassError(
        'VERSION_CONFLICT',
        `Run ${runId} got events while it was archived; it stays. Archive it again.`,
        { details: { runId } },
      );
    }
    const { tenant, epoch } = store;
    const archived: ArchivedRun = {
      format: 'fleetglass-run',
      runId,
      tenant,
      epoch,
      name: run.name,
      ...(run.threadId === undefined ? {} : { threadId: run.threadId }),
      status: run.status,
      createdAt: run.createdAt,
      ...(run.endedAt === undefined ? {} : { endedAt: run.endedAt }),
      archivedAt: clock.now(),
      events,
      from: first,
      to: last,
      sha256,
      sha256OfRest,
    };
    await files.put(archived);
    await store.deleteRun(runId, lease);
    return archived;
  };

  const putEvents = async (run: ArchivedRun, events: readonly FleetEvent[]): Promise<void> => {
    if (run.epoch === store.epoch) {
      await store.vault.putEvents(run.runId, events);
      return;
    }
    // Places of another log mean nothing here. An event without an id gets one, so that it comes once.
    const drafts = events.map(({ seq, covers: _covers, ...event }): EventDraft => {
      return { ...event, id: event.id ?? `${run.epoch}:${String(seq)}` };
    });
    await store.append(drafts, { dedupe: true });
  };

  const restoreOne = async (runId: string): Promise<string> => {
    const run = await find(runId);
    if (!run) throw notFound(runId);
    await withLease(runId, (lease) => moveIn(run, lease));
    return runId;
  };

  const moveIn = async (run: ArchivedRun, lease: Lease): Promise<void> => {
    const { runId } = run;
    await files.check(run);
    let version = 0;
    const records: RunDump['records'][number][] = [];
    const ledger: LedgerEntry[] = [];
    for await (const text of files.lines(run, 'rest')) {
      const line = JSON.parse(text) as RestLine;
      if ('blob' in line) await store.putBlob(Buffer.from(line.base64, 'base64'), line.mediaType);
      else if ('run' in line) ({ version } = line.run);
      else if ('record' in line) records.push(line.record);
      else ledger.push(line.ledger);
    }
    let page: FleetEvent[] = [];
    for await (const text of files.lines(run, 'events')) {
      if (page.push(JSON.parse(text) as FleetEvent) < PAGE) continue;
      await store.renewLease(lease, LEASE_MS);
      await putEvents(run, page);
      page = [];
    }
    if (page.length > 0) await putEvents(run, page);
    await store.vault.putRun(runId, { version, records, ledger });
    await files.put({ ...run, restoredAt: clock.now() });
  };

  /** One after the other: what cannot be done to one is no reason to leave the others. */
  const each = async <T>(runIds: readonly string[], work: (runId: string) => Promise<T>) => {
    const done: T[] = [];
    const refused: ArchiveRefusal[] = [];
    for (const runId of new Set(runIds)) {
      try {
        done.push(await work(runId));
      } catch (thrown) {
        refused.push({ runId, error: toFleetglassError(thrown, 'STORE_FAILED') });
      }
    }
    return { done, refused };
  };

  const archive: Archive['archive'] = async (runIds) => {
    const { done, refused } = await each(runIds, archiveOne);
    return { archived: done, refused };
  };

  const expired: Archive['expired'] = async () => {
    const before = clock.now() - archiveAfterMs;
    const old: string[] = [];
    for (const runId of await store.vault.quietRuns(before, MOST_RUNS)) {
      const restoredAt = (await find(runId))?.restoredAt;
      if (restoredAt === undefined || restoredAt < before) old.push(runId);
    }
    return old;
  };

  return {
    archive,
    async list({ text = '', after, limit = 100 } = {}) {
      const found: ArchivedRun[] = [];
      for await (const run of files.all(after)) {
        if (run.tenant !== store.tenant) continue;
        if (run.runId.includes(text) || run.name.includes(text)) found.push(run);
        if (found.length >= limit) break;
      }
      return found;
    },
    find,
    async *events(runId) {
      const run = await find(runId);
      if (!run) throw notFound(runId);
      await files.check(run);
      for await (const line of files.lines(run, 'events')) yield JSON.parse(line) as FleetEvent;
    },
    async restore(runIds) {
      const { done, refused } = await each(runIds, restoreOne);
      return { restored: done, refused };
    },
    async delete(runIds) {
      const { done, refused } = await each(runIds, async (runId) => {
        if (!(await find(runId))) throw notFound(runId);
        await files.remove(runId);
        return runId;
      });
      return { deleted: done, refused };
    },
    expired,
    async sweep() {
      const before = clock.now() - packAfterMs;
      while (await store.vault.pack(before));
      return archive(await expired());
    },
  };
}
