import type { Clock } from '../../lib/clock.js';

/** Milliseconds of steps after which timers and I/O get their turn. */
const SLICE_MS = 4;
/** Steps between two looks at the clock. */
const LOOK_EVERY = 16;
/** Steps after which it is their turn whatever the clock says. */
const MOST_STEPS = 1_024;

/** Lets timers and I/O run while steps follow each other without a pause. */
export interface Pacer {
  /** Begins a step: at once, or behind those that wait already when timers and I/O have had their turn. */
  step(begin: () => void): void;
}

/** @param nextMacrotask resolves after timers and I/O had their turn */
export function createPacer(clock: Clock, nextMacrotask: () => Promise<void>): Pacer {
  const waiting: (() => void)[] = [];
  let first = 0;
  let steps = 0;
  let since = clock.monotonic();
  let draining = false;

  const isTimeUp = (): boolean => {
    steps += 1;
    if (steps % LOOK_EVERY !== 0) return false;
    return steps >= MOST_STEPS || clock.monotonic() - since >= SLICE_MS;
  };

  const drain = async (): Promise<void> => {
    draining = true;
    while (first < waiting.length) {
      await nextMacrotask();
      steps = 0;
      since = clock.monotonic();
      do {
        const begin = waiting[first];
        first += 1;
        begin?.();
        // What follows from the step takes its time too.
        await Promise.resolve();
      } while (first < waiting.length && !isTimeUp());
      waiting.splice(0, first);
      first = 0;
    }
    draining = false;
  };

  return {
    step(begin) {
      if (!draining && !isTimeUp()) {
        begin();
        return;
      }
      waiting.push(begin);
      if (!draining) void drain();
    },
  };
}
