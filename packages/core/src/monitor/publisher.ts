import type { Clock, TimerHandle } from '../lib/clock.js';

/** Shortest time between two publications in milliseconds. */
const PERIOD_MS = 25;
/** Longest one, when publishing is expensive. */
const MAX_PERIOD_MS = 100;
/** Milliseconds that a publication may take before the period is stretched. */
const CHEAP_MS = 4;

export interface Publisher {
  /** Something changed: publish soon. */
  request(): void;
  /** Something changed that people wait for: publish at the next turn, whatever the period. */
  hasten(): void;
  stop(): void;
}

/**
 * Calls `publish` at most every 25 ms, the first time at once (in a turn of its own, so that whoever reports a change
 * never waits) and the last time with everything. While a publication, with what its listeners do in microtasks, costs
 * more than 4 ms, the period grows in proportion up to 100 ms. Timers and not frames, which stop in hidden tabs.
 */
export function createPublisher(publish: () => void, clock: Clock): Publisher {
  let timer: TimerHandle;
  let due = Infinity;
  let nextAllowed = -Infinity;

  const run = (): void => {
    timer = undefined;
    due = Infinity;
    const began = clock.monotonic();
    nextAllowed = began + PERIOD_MS;
    publish();
    queueMicrotask(() => {
      const cost = clock.monotonic() - began;
      if (cost > CHEAP_MS) nextAllowed = began + Math.min(MAX_PERIOD_MS, (PERIOD_MS * cost) / CHEAP_MS);
    });
  };

  const schedule = (at: number): void => {
    if (at >= due) return;
    clock.clearTimeout(timer);
    due = at;
    timer = clock.setTimeout(run, Math.max(0, at - clock.monotonic()), { background: true });
  };

  return {
    request: () => schedule(Math.max(clock.monotonic(), nextAllowed)),
    hasten: () => schedule(clock.monotonic()),
    stop() {
      clock.clearTimeout(timer);
      timer = undefined;
      due = Infinity;
    },
  };
}
