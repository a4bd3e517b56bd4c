import { createDeferred, FleetglassError, isFleetglassError } from '@fleetglass/core';
import type { Deferred } from '@fleetglass/core';
import type { Database } from './database.js';
import { storeError } from './database.js';

/** Work to be done inside a transaction. It may refuse itself with a {@link FleetglassError}, before it has written. */
type Operation<T> = () => T;

interface Waiting {
  readonly operation: Operation<unknown>;
  readonly answer: Deferred<unknown>;
}

export interface GroupCommit {
  /**
   * Resolves once the operation is durable; rejects with its own refusal or `STORE_FAILED`.
   *
   * @param weight about how many rows it writes. @default 1
   */
  enqueue<T>(operation: Operation<T>, weight?: number): Promise<T>;
  /** Commits what waits and refuses everything after it with `STORE_CLOSED`. */
  close(): void;
}

export interface GroupCommitHooks {
  /** A transaction has begun: see what others have written. */
  begun(): void;
  /** Everything was done: write what was collected, before the commit. */
  finish(): void;
  committed(): void;
  rolledBack(): void;
}

const closedError = (): FleetglassError =>
  new FleetglassError('STORE_CLOSED', 'The store is closed: open a new one.');

/** A group of that weight costs much more than its commit: to wait for others would save nothing. */
const FULL_WEIGHT = 256;

/**
 * Puts all calls of a macrotask into one transaction, in their order: what makes a commit slow is the disk, and it is
 * asked once for all. Whatever arrives while the disk works is the next group, so that groups grow with the load. One
 * that is large enough does not wait for the end of the macrotask.
 */
export function createGroupCommit(
  database: Database,
  file: string,
  hooks: GroupCommitHooks,
  schedule: (callback: () => void) => void = setImmediate,
): GroupCommit {
  let waiting: Waiting[] = [];
  let waitingWeight = 0;
  let isClosed = false;
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');

  const carryOut = (group: readonly Waiting[]): (() => void)[] =>
    group.map(({ operation, answer }) => {
      try {
        const result = operation();
        return () => answer.resolve(result);
      } catch (error) {
        if (!isFleetglassError(error)) throw error;
        return () => answer.reject(error);
      }
    });

  const run = (): void => {
    const group = waiting;
    waiting = [];
    waitingWeight = 0;
    if (group.length === 0) return;
    let settle: (() => void)[];
    let hasBegun = false;
    try {
      begin.run();
      hasBegun = true;
      hooks.begun();
      settle = carryOut(group);
      hooks.finish();
      commit.run();
    } catch (error) {
      try {
        if (hasBegun) rollback.run();
      } catch {
        // SQLite has rolled back by itself after some errors of the disk.
      }
      hooks.rolledBack();
      const failure = storeError(error, file);
      for (const { answer } of group) answer.reject(failure);
      return;
    }
    hooks.committed();
    for (const done of settle) done();
  };

  return {
    enqueue<T>(operation: Operation<T>, weight = 1): Promise<T> {
      if (isClosed) return Promise.reject(closedError());
      const answer = createDeferred<unknown>();
      waiting.push({ operation, answer });
      if (waiting.length === 1) schedule(run);
      const wasFull = waitingWeight >= FULL_WEIGHT;
      waitingWeight += weight;
      if (!wasFull && waitingWeight >= FULL_WEIGHT) queueMicrotask(run);
      return answer.promise as Promise<T>;
    },
    close() {
      run();
      isClosed = true;
    },
  };
}
