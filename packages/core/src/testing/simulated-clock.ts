import type { Clock, TimerHandle } from '../lib/clock.js';

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told otherwise. */
export interface SimulatedClock extends Clock {
  /** Runs every timer that falls due within `ms`, in order, letting promises settle in between. */
  advance(ms: number): Promise<void>;
  /** The machine sleeps: time passes, and timers that fell due meanwhile run late, with the next `advance`. */
  sleep(ms: number): void;
  /** Timers that wait. */
  readonly pending: number;
}

/** Lets every promise job that is ready run, and those that these make ready. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
}

/**
 * A clock that stands still until it is told to go on.
 *
 * @param start present at the beginning, in milliseconds since the epoch
 */
export function createSimulatedClock(start = Date.UTC(2026, 0, 1)): SimulatedClock {
  let now = start;
  let order = 0;
  const timers = new Map<number, Timer>();

  const next = (until: number): [number, Timer] | undefined => {
    let found: [number, Timer] | undefined;
    for (const entry of timers) {
      const timer = entry[1];
      if (timer.due > until) continue;
      if (!found || timer.due < found[1].due || (timer.due === found[1].due && timer.order < found[1].order))
        found = entry;
    }
    return found;
  };

  return {
    now: () => now,
    monotonic: () => now - start,
    setTimeout(callback, delayMs): TimerHandle {
      order += 1;
      timers.set(order, { due: now + Math.max(0, delayMs), order, callback });
      return order;
    },
    clearTimeout(handle) {
      timers.delete(handle as number);
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let found = next(until); found; found = next(until)) {
        timers.delete(found[0]);
        now = Math.max(now, found[1].due);
        found[1].callback();
        await settle();
      }
      now = until;
    },
    sleep(ms) {
      now += ms;
    },
    get pending() {
      return timers.size;
    },
  };
}
