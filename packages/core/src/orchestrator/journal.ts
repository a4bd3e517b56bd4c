import { toFleetglassError } from '../errors/fleetglass-error.js';
import type { FleetglassError } from '../errors/fleetglass-error.js';
import type { LedgerEntry, RecordWrite, Store } from '../log/store.js';
import type { EventDraft, EventType } from '../protocol/event.js';
import type { EventSink } from './services.js';

export interface JournalEntry {
  readonly events?: readonly EventDraft[];
  readonly writes?: readonly RecordWrite[];
  readonly ledger?: readonly LedgerEntry[];
}

/**
 * A run's commits, in order. One is handed to the store as soon as it is made, without waiting for those before it:
 * the store accepts them in this order or none that follows a refused one.
 */
export interface Journal {
  /** Resolves when the entry is stored. @throws whatever ended the journal */
  commit(entry: JournalEntry): Promise<void>;
  /** Like `commit`, with a function in place of a promise; it is not called when the entry was refused. */
  commitThen(entry: JournalEntry, onStored: () => void): void;
  /** Like `commit`, for what nobody waits for; failing ends the journal all the same. */
  record(entry: JournalEntry): void;
  /** Refuses everything from now on. */
  close(error: FleetglassError): void;
  readonly version: number;
}

export interface JournalOptions {
  readonly store: Store;
  readonly emitter: EventSink;
  readonly redact: <T>(value: T) => T | undefined;
  readonly runId: string;
  readonly leaseEpoch: number;
  readonly version: number;
  /** Whether records are written at all. */
  readonly checkpoint: boolean;
  /** The store refused a commit: the lease is lost, or the store failed. Called once. */
  readonly onBroken: (error: FleetglassError) => void;
}

const NOTHING: readonly never[] = [];

/** Events without text that is not the developer's own, or whose text was looked through where they were made. */
const WITHOUT_TEXT: ReadonlySet<string> = new Set<EventType>([
  'edge.taken',
  'task.created',
  'task.started',
  'task.completed',
  'task.skipped',
]);

export function createJournal(options: JournalOptions): Journal {
  const { store, emitter, redact, runId, leaseEpoch, checkpoint } = options;
  let { version } = options;
  let ended: FleetglassError | undefined;

  const breakOff = (error: unknown): FleetglassError => {
    const reason = toFleetglassError(error, 'STORE_FAILED');
    if (!ended) {
      ended = reason;
      options.onBroken(reason);
    }
    return reason;
  };
  const ignore = (): void => undefined;
  const onRefused = (error: unknown): never => {
    throw breakOff(error);
  };

  const send = ({ events = NOTHING, writes = NOTHING, ledger }: JournalEntry): Promise<unknown> => {
    const kept = checkpoint ? writes : NOTHING;
    if (events.length === 0 && kept.length === 0 && !ledger) return Promise.resolve();
    // What was observed before comes before it in the log.
    emitter.drain();
    for (const event of events as readonly { type: string; data: EventDraft['data'] }[]) {
      if (!WITHOUT_TEXT.has(event.type)) event.data = redact(event.data) ?? {};
    }
    const expectedVersion = version;
    version += 1;
    return store.commit(
      ledger
        ? { runId, leaseEpoch, expectedVersion, writes: kept, events, ledger }
        : { runId, leaseEpoch, expectedVersion, writes: kept, events },
    );
  };

  return {
    commit(entry) {
      if (ended) return Promise.reject(ended);
      return send(entry).then(ignore, onRefused);
    },
    commitThen(entry, onStored) {
      if (!ended) send(entry).then(onStored, breakOff);
    },
    record(entry) {
      if (!ended) send(entry).catch(breakOff);
    },
    close(error) {
      ended ??= error;
    },
    get version() {
      return version;
    },
  };
}
