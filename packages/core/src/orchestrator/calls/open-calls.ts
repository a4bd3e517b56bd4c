import type { Clock } from '../../lib/clock.js';
import { createDeferred } from '../../lib/deferred.js';
import type { Deferred } from '../../lib/deferred.js';
import type { LedgerEntry } from '../../log/store.js';
import type { EventDraft } from '../../protocol/event.js';
import type { OpenCall } from '../run/run-core.js';

/** Milliseconds that calls in flight have to end after their signal aborted, before they count as abandoned. */
const ABORT_GRACE_MS = 1_000;

/** Model calls of a run that were sent and have not ended. */
export interface OpenCalls {
  size(): number;
  add(call: OpenCall): void;
  remove(call: OpenCall): void;
  /** Gives them a moment to tell what they cost, then gives them up. */
  drain(events: EventDraft[]): Promise<readonly LedgerEntry[]>;
}

export function createOpenCalls(clock: Clock): OpenCalls {
  return new Calls(clock);
}

/** A class for the sake of memory: every run has one. */
class Calls implements OpenCalls {
  readonly #clock: Clock;
  #calls: Set<OpenCall> | undefined;
  #drained: Deferred<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  size(): number {
    return this.#calls?.size ?? 0;
  }

  add(call: OpenCall): void {
    (this.#calls ??= new Set()).add(call);
  }

  remove(call: OpenCall): void {
    this.#calls?.delete(call);
    if (this.size() === 0) this.#drained?.resolve();
  }

  async drain(events: EventDraft[]): Promise<readonly LedgerEntry[]> {
    const calls = this.#calls;
    if (!calls || calls.size === 0) return [];
    this.#drained = createDeferred();
    const timer = this.#clock.setTimeout(() => this.#drained?.resolve(), ABORT_GRACE_MS);
    await this.#drained.promise;
    this.#clock.clearTimeout(timer);
    const ledger = [...calls].flatMap((call) => call.abandon(events, this.#clock.now()));
    calls.clear();
    return ledger;
  }
}
