import type { Clock } from '../lib/clock.js';

/** Milliseconds of steps after which timers and I/O get their turn. */
const SLICE_MS = 4;
/** Steps between two looks at the clock. */
const LOOK_EVERY = 16;
/** Steps after which it is their turn whatever the clock says. */
const MOST_STEPS = 1_024;

/** Lets timers and I/O run while steps follow each other without a pause. */
export interface Pacer {
  /** Counts a step. A promise has to be awaited before the step begins; usually there is none. */
  step(): Promise<void> | undefined;
}

/** @param nextMacrotask resolves after timers and I/O had their turn */
export function createPacer(clock: Clock, nextMacrotask: () => Promise<void>): Pacer {
  let steps = 0;
  let since = clock.monotonic();
  let pending: Promise<void> | undefined;

  const rest = async (): Promise<void> => {
    await nextMacrotask();
    pending = undefined;
    steps = 0;
    since = clock.monotonic();
  };

  return {
    step() {
      if (pending) return pending;
      steps += 1;
      if (steps % LOOK_EVERY !== 0) return undefined;
      if (steps < MOST_STEPS && clock.monotonic() - since < SLICE_MS) return undefined;
      pending = rest();
      return pending;
    },
  };
}
