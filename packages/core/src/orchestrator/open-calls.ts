import type { Clock } from '../lib/clock.js';
import { createDeferred } from '../lib/deferred.js';
import type { Deferred } from '../lib/deferred.js';
import type { LedgerEntry } from '../log/store.js';
import type { EventDraft } from '../protocol/event.js';
import type { OpenCall } from './run-core.js';

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
  const calls = new Set<OpenCall>();
  let drained: Deferred<void> | undefined;
  return {
    size: () => calls.size,
    add: (call) => void calls.add(call),
    remove(call) {
      calls.delete(call);
      if (calls.size === 0) drained?.resolve();
    },
    async drain(events) {
      if (calls.size === 0) return [];
      drained = createDeferred();
      const timer = clock.setTimeout(() => drained?.resolve(), ABORT_GRACE_MS);
      await drained.promise;
      clock.clearTimeout(timer);
      const ledger = [...calls].flatMap((call) => call.abandon(events, clock.now()));
      calls.clear();
      return ledger;
    },
  };
}
