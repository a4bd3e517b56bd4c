import { FleetglassError, toFleetglassError } from '../../errors/fleetglass-error.js';
import { backoffDelay } from '../../lib/backoff.js';
import type { Clock, TimerHandle } from '../../lib/clock.js';
import type { Random } from '../../lib/ids.js';
import type { Commit, Store } from '../../log/store.js';

export interface CommitQueueOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** The store fails; everything from now on is held. Called once until `onRecovered`. */
  readonly onTrouble: (error: FleetglassError) => void;
  /** The store has taken everything that was held. */
  readonly onRecovered: () => void;
  /** Nothing more will be taken: the store refused for good. Called once. */
  readonly onBroken: (error: FleetglassError) => void;
}

/**
 * Hands the commits of one run to the store, each without waiting for those before it. When the store fails they are
 * held, in order, and tried again until it takes them; what it refuses for a reason that stays ends the queue, and so
 * does a failure before anything was taken.
 */
export interface CommitQueue {
  /** Exactly one of the functions is called. */
  push(commit: Commit, onStored: () => void, onRefused?: (error: FleetglassError) => void): void;
  /** Whether commits are held. */
  holding(): boolean;
  /** Tries again now what is held. */
  retry(): void;
  /** Refuses everything that is held and all that comes. */
  close(error: FleetglassError): void;
}

interface Item {
  readonly commit: Commit;
  readonly onStored: () => void;
  readonly onRefused: ((error: FleetglassError) => void) | undefined;
}

/** Commits that may be held before the run is given up; its tasks cannot start others while they are. */
const MOST_HELD = 10_000;
const BACKOFF = { baseMs: 200, maxMs: 5_000 };

/** Of stores that throw, and do not reject, too. */
async function stored(store: Store, commit: Commit): Promise<void> {
  await store.commit(commit);
}

export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  return new Line(options);
}

/** A class for the sake of memory: every run has one. */
class Line implements CommitQueue {
  readonly #options: CommitQueueOptions;
  #inFlight = 0;
  /** Refused since the store was last asked, oldest first. */
  #refused: Item[] = [];
  /** Not handed over yet, oldest first. */
  #held: Item[] = [];
  #holding = false;
  #hasStored = false;
  #attempts = 0;
  #timer: TimerHandle;
  #ended: FleetglassError | undefined;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  push(commit: Commit, onStored: () => void, onRefused?: (error: FleetglassError) => void): void {
    const item = { commit, onStored, onRefused };
    if (this.#ended) onRefused?.(this.#ended);
    else if (!this.#holding) this.#transmit(item);
    else if (this.#held.length < MOST_HELD) this.#held.push(item);
    else {
      const message = `The store has failed for so long that more than ${MOST_HELD} commits wait; the run goes on from its last stored one when it is recovered.`;
      const error = new FleetglassError('STORE_FAILED', message);
      this.#breakOff(error);
      onRefused?.(error);
    }
  }

  holding(): boolean {
    return this.#holding;
  }

  retry(): void {
    if (this.#holding && !this.#ended && this.#inFlight === 0) this.#sendHeld();
  }

  close(error: FleetglassError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#options.clock.clearTimeout(this.#timer);
    const lost = [...this.#refused, ...this.#held];
    this.#refused = [];
    this.#held = [];
    for (const { onRefused } of lost) onRefused?.(error);
  }

  #breakOff(error: FleetglassError): void {
    if (this.#ended) return;
    this.close(error);
    this.#options.onBroken(error);
  }

  #transmit(item: Item): void {
    this.#inFlight += 1;
    stored(this.#options.store, item.commit).then(
      () => {
        this.#inFlight -= 1;
        this.#hasStored = true;
        item.onStored();
        if (this.#holding && this.#inFlight === 0) this.#answered();
      },
      (error: unknown) => {
        this.#inFlight -= 1;
        this.#refuse(item, toFleetglassError(error, 'STORE_FAILED'));
        if (this.#holding && this.#inFlight === 0) this.#answered();
      },
    );
  }

  #refuse(item: Item, error: FleetglassError): void {
    const follows = this.#refused.length > 0 && error.code === 'VERSION_CONFLICT';
    if (this.#ended || !this.#hasStored || !(error.code === 'STORE_FAILED' || follows)) {
      this.#breakOff(error);
      item.onRefused?.(this.#ended ?? error);
      return;
    }
    this.#refused.push(item);
    if (this.#holding) return;
    this.#holding = true;
    this.#attempts = 0;
    this.#options.onTrouble(error);
  }

  /** The store has answered to all that it was given. */
  #answered(): void {
    if (this.#ended) return;
    const failed = this.#refused.length > 0;
    this.#held = [...this.#refused, ...this.#held];
    this.#refused = [];
    if (failed) {
      this.#attempts += 1;
      this.#timer = this.#options.clock.setTimeout(
        () => this.#sendHeld(),
        backoffDelay(this.#attempts, this.#options.random, BACKOFF),
      );
    } else if (this.#held.length > 0) {
      this.#sendHeld();
    } else {
      this.#holding = false;
      this.#options.onRecovered();
    }
  }

  #sendHeld(): void {
    this.#options.clock.clearTimeout(this.#timer);
    const items = this.#held;
    this.#held = [];
    for (const item of items) this.#transmit(item);
  }
}
