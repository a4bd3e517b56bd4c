import type { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Clock } from '../../lib/clock.js';
import type { Random } from '../../lib/ids.js';
import type { LedgerEntry, RecordWrite, Store } from '../../log/store.js';
import type { EventDraft, EventType } from '../../protocol/event.js';
import type { CommitQueue } from './commit-queue.js';
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
  return new RunJournal(options);
}

const ignore = (): void => undefined;

/** A class for the sake of memory: every run has one. */
class RunJournal implements Journal {
  readonly #options: JournalOptions;
  readonly #queue: CommitQueue;
  #version: number;
  #ended: FleetglassError | undefined;

  constructor(options: JournalOptions) {
    const { store, clock, random, onTrouble, onRecovered } = options;
    this.#options = options;
    this.#version = options.version;
    this.#queue = createCommitQueue({
      store,
      clock,
      random,
      onTrouble,
      onRecovered,
      onBroken: (error) => {
        this.#ended ??= error;
        options.onBroken(error);
      },
    });
  }

  commit(entry: JournalEntry): Promise<void> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#send(entry, resolve, reject));
  }

  commitThen(entry: JournalEntry, onStored: () => void): void {
    if (!this.#ended) this.#send(entry, onStored);
  }

  record(entry: JournalEntry): void {
    if (!this.#ended) this.#send(entry, ignore);
  }

  holding(): boolean {
    return this.#queue.holding();
  }

  retry(): void {
    this.#queue.retry();
  }

  close(error: FleetglassError): void {
    this.#ended ??= error;
    this.#queue.close(this.#ended);
  }

  #send(
    { events = NOTHING, writes = NOTHING, ledger }: JournalEntry,
    onStored: () => void,
    onRefused?: (error: FleetglassError) => void,
  ): void {
    const { runId, leaseEpoch, checkpoint, emitter, redact } = this.#options;
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
    const expectedVersion = this.#version;
    this.#version += 1;
    this.#queue.push(
      ledger
        ? { runId, leaseEpoch, expectedVersion, writes: kept, events, ledger }
        : { runId, leaseEpoch, expectedVersion, writes: kept, events },
      onStored,
      onRefused,
    );
  }
}
