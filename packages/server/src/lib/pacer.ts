import type { Clock } from '@fleetglass/core';

/** Runs work that was asked for, often right away, and less often once it could not keep up otherwise. */
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
  /**
   * Milliseconds of work that this process has done, counted from anywhere. Processor time, so that a busy neighbour
   * does not look like work of our own.
   *
   * @default processorTime
   */
  readonly meter?: () => number;
}

/** Milliseconds of processor time of this process. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Share of the time that a run for every request may take before requests are put together. */
const BUSY_SHARE = 4 / 5;
/** Share of the time that runs have then at least, whatever else there is to do. */
const LEAST_SHARE = 1 / 4;
/** Requests closer than this in milliseconds share a run anyway. */
const SAME_MOMENT_MS = 0.5;
/** Longer pauses say nothing more. */
const LONGEST_PAUSE_MS = 1_000;

/**
 * A requested run happens at the end of the macrotask. Only when a run for every request would take nearly all of the
 * time, runs are spread, at least `busyMs` apart, so that each does the work of several: no delay is added until there
 * is something to be gained by it. They take what the rest of the process leaves, and a quarter of the time at least.
 */
export function createPacer(work: () => void, options: PacerOptions): Pacer {
  const { clock, busyMs, maxMs, schedule = setImmediate, meter = processorTime } = options;
  let requested = false;
  let startedAt = 0;
  let requestedAt = 0;
  // Smoothed: what a run takes, and how far apart moments with requests are.
  let duration = 0;
  let pause = LONGEST_PAUSE_MS;
  /** Smoothed share of the time that everything else takes. */
  let others = 0;
  let endedWith = meter();
  let timer: unknown;

  const run = (): void => {
    if (!requested) return;
    requested = false;
    clock.clearTimeout(timer);
    timer = undefined;
    const before = meter();
    const now = clock.monotonic();
    if (now > startedAt) others = (3 * others + Math.min(1, (before - endedWith) / (now - startedAt))) / 4;
    startedAt = now;
    try {
      work();
    } finally {
      endedWith = meter();
      duration = (duration + (endedWith - before)) / 2;
    }
  };

  return {
    request() {
      const now = clock.monotonic();
      const since = now - requestedAt;
      if (since >= SAME_MOMENT_MS) {
        pause = (3 * pause + Math.min(since, LONGEST_PAUSE_MS)) / 4;
        requestedAt = now;
      }
      if (requested) return;
      requested = true;
      if (duration <= pause * BUSY_SHARE) {
        schedule(run);
        return;
      }
      const share = Math.max(LEAST_SHARE, BUSY_SHARE - others);
      const distance = Math.min(maxMs, Math.max(busyMs, duration / share));
      timer = clock.setTimeout(run, Math.max(0, startedAt + distance - now));
    },
    flush: run,
    cancel() {
      requested = false;
      clock.clearTimeout(timer);
      timer = undefined;
    },
  };
}
