import { FleetglassError, toFleetglassError } from '../errors/fleetglass-error.js';
import { backoffDelay } from '../lib/backoff.js';
import type { Clock, TimerHandle } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import type { Commit, Store } from '../log/store.js';

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

export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  const { store, clock, random } = options;
  let inFlight = 0;
  /** Refused since the store was last asked, oldest first. */
  let refused: Item[] = [];
  /** Not handed over yet, oldest first. */
  let held: Item[] = [];
  let holding = false;
  let hasStored = false;
  let attempts = 0;
  let timer: TimerHandle;
  let ended: FleetglassError | undefined;

  const end = (error: FleetglassError): void => {
    if (ended) return;
    ended = error;
    clock.clearTimeout(timer);
    const lost = [...refused, ...held];
    refused = [];
    held = [];
    for (const { onRefused } of lost) onRefused?.(error);
  };

  const breakOff = (error: FleetglassError): void => {
    if (ended) return;
    end(error);
    options.onBroken(error);
  };

  const transmit = (item: Item): void => {
    inFlight += 1;
    store.commit(item.commit).then(
      () => {
        inFlight -= 1;
        hasStored = true;
        item.onStored();
        if (holding && inFlight === 0) answered();
      },
      (error: unknown) => {
        inFlight -= 1;
        refuse(item, toFleetglassError(error, 'STORE_FAILED'));
        if (holding && inFlight === 0) answered();
      },
    );
  };

  const refuse = (item: Item, error: FleetglassError): void => {
    const follows = refused.length > 0 && error.code === 'VERSION_CONFLICT';
    if (ended || !hasStored || !(error.code === 'STORE_FAILED' || follows)) {
      breakOff(error);
      item.onRefused?.(ended ?? error);
      return;
    }
    refused.push(item);
    if (holding) return;
    holding = true;
    attempts = 0;
    options.onTrouble(error);
  };

  /** The store has answered to all that it was given. */
  const answered = (): void => {
    if (ended) return;
    const failed = refused.length > 0;
    held = [...refused, ...held];
    refused = [];
    if (failed) {
      attempts += 1;
      timer = clock.setTimeout(sendHeld, backoffDelay(attempts, random, BACKOFF));
    } else if (held.length > 0) {
      sendHeld();
    } else {
      holding = false;
      options.onRecovered();
    }
  };

  const sendHeld = (): void => {
    clock.clearTimeout(timer);
    const items = held;
    held = [];
    for (const item of items) transmit(item);
  };

  return {
    push(commit, onStored, onRefused) {
      const item = { commit, onStored, onRefused };
      if (ended) onRefused?.(ended);
      else if (!holding) transmit(item);
      else if (held.length < MOST_HELD) held.push(item);
      else {
        const message = `The store has failed for so long that more than ${MOST_HELD} commits wait; the run goes on from its last stored one when it is recovered.`;
        const error = new FleetglassError('STORE_FAILED', message);
        breakOff(error);
        onRefused?.(error);
      }
    },
    holding: () => holding,
    retry() {
      if (holding && !ended && inFlight === 0) sendHeld();
    },
    close: end,
  };
}
