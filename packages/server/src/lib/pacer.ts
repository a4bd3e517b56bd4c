import type { Clock } from '@fleetglass/core';

/** Runs work that was asked for, often right away, and less often the more of the time it takes. */
export interface Pacer {
  /** Asks for one run; asking again before it happens changes nothing. */
  request(): void;
  /** Runs now what was asked for. */
  flush(): void;
  /** Forgets what was asked for. */
  cancel(): void;
}

export interface PacerOptions {
  readonly clock: Clock;
  /** Least distance in milliseconds between the starts of two runs while behind. */
  readonly busyMs: number;
  /** Greatest such distance, however long a run takes. */
  readonly maxMs: number;
  /** Runs a callback at the end of the current macrotask. @default setImmediate */
  readonly schedule?: (callback: () => void) => void;
}

/** Share of the time that runs may take before they are spread out. */
const BUSY_SHARE = 1 / 2;

/**
 * A run that is asked for after a pause happens at the end of the macrotask. When runs take half of the time or more,
 * the next one waits, at least `busyMs` from the start of the last, so that it does the work of several at once: no
 * delay is added until there is something to be gained by it.
 */
export function createPacer(work: () => void, options: PacerOptions): Pacer {
  const { clock, busyMs, maxMs, schedule = setImmediate } = options;
  let requested = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  /** Smoothed duration of a run in milliseconds. */
  let duration = 0;
  let timer: unknown;

  const run = (): void => {
    if (!requested) return;
    requested = false;
    clock.clearTimeout(timer);
    timer = undefined;
    startedAt = clock.monotonic();
    try {
      work();
    } finally {
      duration = (duration + (clock.monotonic() - startedAt)) / 2;
    }
  };

  return {
    request() {
      if (requested) return;
      requested = true;
      const since = clock.monotonic() - startedAt;
      if (since * BUSY_SHARE >= duration) {
        schedule(run);
        return;
      }
      const distance = Math.min(maxMs, Math.max(busyMs, duration / BUSY_SHARE));
      timer = clock.setTimeout(run, Math.max(0, distance - since));
    },
    flush: run,
    cancel() {
      requested = false;
      clock.clearTimeout(timer);
      timer = undefined;
    },
  };
}
