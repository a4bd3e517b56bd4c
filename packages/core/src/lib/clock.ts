/** Handle of a pending timer; opaque to everyone but the clock that made it. */
export type TimerHandle = unknown;

/** Source of time and timers. Everything that waits or stamps receives one, so that tests can own time. */
export interface Clock {
  /** Milliseconds since the Unix epoch, integer. */
  now(): number;
  /** Milliseconds of a clock that never jumps; its zero is arbitrary. Use it for durations. */
  monotonic(): number;
  /** Runs `callback` once after `delayMs`. A `background` timer does not keep a Node process alive. */
  setTimeout(callback: () => void, delayMs: number, options?: { background?: boolean }): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
}

interface MaybeNodeTimer {
  unref?: () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(callback, delayMs, options) {
    const handle = setTimeout(callback, delayMs) as unknown as MaybeNodeTimer;
    if (options?.background) handle.unref?.();
    return handle;
  },
  clearTimeout(handle) {
    clearTimeout(handle as Parameters<typeof clearTimeout>[0]);
  },
};

interface MaybeImmediate {
  setImmediate?: (callback: () => void) => unknown;
}

/** Resolves after timers and I/O that are due have had their turn. */
export function nextMacrotask(): Promise<void> {
  const { setImmediate } = globalThis as MaybeImmediate;
  return new Promise((resolve) => {
    if (setImmediate) setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
