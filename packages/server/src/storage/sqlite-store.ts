import { createHash } from 'node:crypto';
import { createId, findNonJson, FleetglassError, systemClock, systemRandom } from '@fleetglass/core';
import type { AppendOptions, Clock, Commit, EventBatch, Random, Store } from '@fleetglass/core';
import type { EventDraft, FleetEvent } from '@fleetglass/core/protocol';
import { rememberTexts } from '../lib/event-text.js';
import type { Database } from './database.js';
import { openDatabase, storeError } from './database.js';
import { createGroupCommit } from './group-commit.js';
import { createLeases, leaseLost } from './leases.js';
import { createRunRecords, versionConflict } from './run-records.js';
import { migrate } from './schema.js';
import { createSegments } from './segments.js';

export interface SqliteStoreOptions {
  /** Path of the database; its folder is made when it is missing. `:memory:` keeps nothing. */
  readonly file: string;
  /** @default 'default' */
  readonly tenant?: string;
  /**
   * `full`: what was acknowledged survives a power cut. `normal`: it survives the end of the process, and a power cut
   * may take the last moments, which costs less on slow disks.
   *
   * @default 'full'
   */
  readonly durability?: 'full' | 'normal';
  /**
   * Say so once, when the file was put back from an older copy: nothing in it can tell. The log then begins a new life,
   * so that viewers who saw what is lost start from a snapshot.
   *
   * @default false
   */
  readonly restored?: boolean;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default the machine's randomness */
  readonly random?: Random;
}

/** Longest wait for other processes that write to the file. */
const BUSY_TIMEOUT_MS = 2_000;

function open(file: string, durability: 'full' | 'normal'): Database {
  const database = openDatabase(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    // Before anything is changed: the file may not be ours.
    migrate(database, file);
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability.toUpperCase()};`);
    return database;
  } catch (error) {
    database.close();
    throw storeError(error, file);
  }
}

/** The log's epoch, made once in the life of the file, and anew when it was restored. */
function loadEpoch(database: Database, restored: boolean, clock: Clock, random: Random): string {
  database
    .prepare(`INSERT OR ${restored ? 'REPLACE' : 'IGNORE'} INTO meta (key, value) VALUES ('epoch', ?)`)
    .run(createId('log', clock, random));
  return String(database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()?.[0]);
}

/**
 * A store in one SQLite file. Calls of a moment share a transaction; a promise that resolved is on disk as far as
 * `durability` says, and subscribers are told only after that.
 *
 * @throws FleetglassError `STORE_FAILED` when the file cannot be opened or is damaged, `SCHEMA_TOO_NEW` when a newer
 * version wrote it
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const {
    file,
    tenant = 'default',
    durability = 'full',
    restored = false,
    clock = systemClock,
    random = systemRandom,
  } = options;
  const database = open(file, durability);
  const parts = prepareParts();
  const { epoch, segments, records, leases } = parts;
  const listeners = new Set<{ readonly tell: (batch: EventBatch) => void }>();
  let head = parts.head;
  const { first } = parts;
  let indexesIds = parts.isIndexingIds.get() !== undefined;
  let isClosed = false;
  /** Events of the transaction that is being made. */
  let events: FleetEvent[] = [];
  let texts: string[] = [];
  /** What others wrote to the file since the last transaction. */
  let foreign: EventBatch | undefined;
  let dataVersion = readDataVersion();

  function prepareParts() {
    try {
      const segments = createSegments(database);
      const head = segments.readLast();
      // A cut or damaged file shows at its newest row first.
      segments.read({ from: Math.max(1, head) }, head);
      return {
        segments,
        records: createRunRecords(database),
        leases: createLeases(database, clock),
        epoch: loadEpoch(database, restored, clock, random),
        head,
        first: segments.first,
        isIndexingIds: database.prepare("SELECT 1 FROM meta WHERE key = 'event_ids'"),
        dataVersion: database.prepare('PRAGMA data_version'),
        hasId: database.prepare('SELECT 1 FROM event_ids WHERE id = ?'),
        addId: database.prepare('INSERT OR IGNORE INTO event_ids (id) VALUES (?)'),
        putBlob: database.prepare('INSERT OR IGNORE INTO blobs (ref, media_type, bytes) VALUES (?, ?, ?)'),
        getBlob: database.prepare('SELECT bytes, media_type FROM blobs WHERE ref = ?'),
      };
    } catch (error) {
      database.close();
      throw storeError(error, file);
    }
  }

  function readDataVersion(): number {
    return Number(parts.dataVersion.get()?.[0]);
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
      const last = segments.readLast();
      if (last > head) foreign = segments.read({ from: head + 1, limit: Number.MAX_SAFE_INTEGER }, last);
    },
    finish() {
      if (events.length > 0) segments.write(base() + 1, events, texts);
    },
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
      events = [];
      texts = [];
      notify(batch);
    },
    rolledBack() {
      // What was seen and remembered inside the transaction is looked at anew.
      dataVersion = Number.NaN;
      indexesIds = parts.isIndexingIds.get() !== undefined;
      foreign = undefined;
      events = [];
      texts = [];
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
      throw new FleetglassError('BAD_EVENT', 'An event holds something that JSON cannot carry.', { cause });
    }
    if (indexesIds) for (const { id } of drafts) if (id !== undefined) parts.addId.run(id);
    return { from, to: from + drafts.length - 1 };
  };

  const indexIds = (): void => {
    if (indexesIds) return;
    for (const id of segments.ids(base())) parts.addId.run(id);
    for (const { id } of events) if (id !== undefined) parts.addId.run(id);
    database.exec("INSERT OR IGNORE INTO meta (key, value) VALUES ('event_ids', '1')");
    indexesIds = true;
  };

  const withoutKnown = (drafts: readonly EventDraft[]): EventDraft[] => {
    indexIds();
    const seen = new Set<string>();
    return drafts.filter(({ id }) => {
      if (id === undefined) return true;
      if (seen.has(id) || parts.hasId.get(id) !== undefined) return false;
      seen.add(id);
      return true;
    });
  };

  const commitNow = (commit: Commit, values: readonly (string | null)[]) => {
    const { runId, leaseEpoch, expectedVersion, writes, ledger } = commit;
    if (leaseEpoch !== leases.epoch(runId)) throw leaseLost(runId);
    const found = records.version(runId);
    if (found !== expectedVersion) throw versionConflict(runId, expectedVersion, found);
    const range = take(commit.events);
    const version = found + 1;
    records.setVersion(runId, version);
    records.write(runId, version, writes, values);
    if (ledger) records.enter(runId, ledger);
    return { version, ...range };
  };

  const encodeWrites = ({ writes }: Commit): (string | null)[] =>
    writes.map(({ key, value }) => {
      const path = findNonJson(value);
      if (path !== undefined) {
        throw new FleetglassError(
          'STATE_NOT_JSON',
          `\`${key}\` holds something that JSON cannot carry at ${path}.`,
          {
            details: { key, path },
          },
        );
      }
      return value === null ? null : JSON.stringify(value);
    });

  /** Runs a read now; disk errors become rejections. */
  const read = async <T>(work: () => T): Promise<T> => {
    if (isClosed) throw new FleetglassError('STORE_CLOSED', 'The store is closed.');
    try {
      return work();
    } catch (error) {
      throw storeError(error, file);
    }
  };

  return {
    tenant,
    epoch,
    head: () => head,
    first: () => first,
    append: (drafts, { dedupe = false }: AppendOptions = {}) =>
      group.enqueue(() => take(dedupe ? withoutKnown(drafts) : drafts)),
    read: (query) =>
      read(() => {
        if (query.from < first) {
          throw new FleetglassError('CURSOR_TOO_OLD', `The log begins at ${first}; start from a snapshot.`, {
            details: { first },
          });
        }
        return segments.read(query, head);
      }),
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
    acquireLease: (request) => group.enqueue(() => leases.acquire(request)),
    renewLease: (lease, ttlMs) => group.enqueue(() => leases.renew(lease, ttlMs)),
    releaseLease: (lease) => group.enqueue(() => leases.release(lease)),
    putBlob(bytes, mediaType) {
      const ref = `sha256-${createHash('sha256').update(bytes).digest('hex')}`;
      const copy = bytes.slice();
      return group.enqueue(() => {
        parts.putBlob.run(ref, mediaType, copy);
        return ref;
      });
    },
    getBlob: (ref) =>
      read(() => {
        const row = parts.getBlob.get(ref);
        return row && { bytes: row[0] as Uint8Array, mediaType: String(row[1]) };
      }),
    async close() {
      if (isClosed) return;
      group.close();
      isClosed = true;
      listeners.clear();
      try {
        // All in one file, so that it can be copied. Closing alone leaves that to whoever still holds a statement.
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      } finally {
        database.close();
      }
    },
  };
}
