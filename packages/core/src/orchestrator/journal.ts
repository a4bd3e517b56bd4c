import type { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import type { LedgerEntry, RecordWrite, Store } from '../log/store.js';
import type { EventDraft, EventType } from '../protocol/event.js';
import { createCommitQueue } from './commit-queue.js';
import type { EventSink } from './services.js';

export interface JournalEntry {
  readonly events?: readonly EventDraft[];
  readonly writes?: readonly RecordWrite[];
  readonly ledger?: readonly LedgerEntry[];
}

/**
 * A run's commits, in order. One is handed to the store as soon as it is made, without waiting for those before it:
 * the store accepts them in this order or none that follows a refused one. While the store fails they are held and
 * tried again; everything that waits for one of them waits too.
 */
export interface Journal {
  /** Resolves when the entry is stored. @throws whatever ended the journal */
  commit(entry: JournalEntry): Promise<void>;
  /** Like `commit`, with a function in place of a promise; it is not called when the entry was refused. */
  commitThen(entry: JournalEntry, onStored: () => void): void;
  /** Like `commit`, for what nobody waits for; failing ends the journal all the same. */
  record(entry: JournalEntry): void;
  /** Whether the store fails, so that commits are held. */
  holding(): boolean;
  /** Asks the store again now. */
  retry(): void;
  /** Refuses everything from now on, and what is held. */
  close(error: FleetglassError): void;
}

export interface JournalOptions {
  readonly store: Store;
  readonly emitter: EventSink;
  readonly clock: Clock;
  readonly random: Random;
  readonly redact: <T>(value: T) => T | undefined;
  readonly runId: string;
  readonly leaseEpoch: number;
  readonly version: number;
  /** Whether records are written at all. */
  readonly checkpoint: boolean;
  /** The store fails; commits are held from now on. */
  readonly onTrouble: (error: FleetglassError) => void;
  /** It took all that was held. */
  readonly onRecovered: () => void;
  /** The store refused a commit for good: the lease is lost, or it is closed. Called once. */
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

  const queue = createCommitQueue({
    store,
    clock: options.clock,
    random: options.random,
    onTrouble: options.onTrouble,
    onRecovered: options.onRecovered,
    onBroken(error) {
      ended ??= error;
      options.onBroken(error);
    },
  });
  const ignore = (): void => undefined;

  const send = (
    { events = NOTHING, writes = NOTHING, ledger }: JournalEntry,
    onStored: () => void,
    onRefused?: (error: FleetglassError) => void,
  ): void => {
    const kept = checkpoint ? writes : NOTHING;
    if (events.length === 0 && kept.length === 0 && !ledger) {
      void Promise.resolve().then(onStored);
      return;
    }
    // What was observed before comes before it in the log.
    emitter.drain();
    for (const event of events as readonly { type: string; data: EventDraft['data'] }[]) {
      if (!WITHOUT_TEXT.has(event.type)) event.data = redact(event.data) ?? {};
    }
    const expectedVersion = version;
    version += 1;
    queue.push(
      ledger
        ? { runId, leaseEpoch, expectedVersion, writes: kept, events, ledger }
        : { runId, leaseEpoch, expectedVersion, writes: kept, events },
      onStored,
      onRefused,
    );
  };

  return {
    commit(entry) {
      if (ended) return Promise.reject(ended);
      return new Promise((resolve, reject) => send(entry, resolve, reject));
    },
    commitThen(entry, onStored) {
      if (!ended) send(entry, onStored);
    },
    record(entry) {
      if (!ended) send(entry, ignore);
    },
    holding: () => queue.holding(),
    retry: () => queue.retry(),
    close(error) {
      ended ??= error;
      queue.close(ended);
    },
  };
}
