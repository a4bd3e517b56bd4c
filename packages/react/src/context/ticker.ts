import type { Clock } from '@fleetglass/core/client';

/** A present that moves in steps, the same for everyone who looks at it. */
export interface Ticker {
  readonly subscribe: (listener: () => void) => () => void;
  /** Milliseconds since the epoch at the last step. */
  readonly getTime: () => number;
}

/** The part of `document` that tells whether anyone can see it. */
export interface Visibility {
  readonly hidden: boolean;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
  removeEventListener(type: 'visibilitychange', listener: () => void): void;
}

/** Ticks while someone listens and the page is visible. */
export function createTicker(clock: Clock, periodMs: number, visibility?: Visibility): Ticker {
  const listeners = new Set<() => void>();
  let time = clock.now();
  let timer: { readonly handle: unknown } | undefined;

  const stop = (): void => {
    if (timer) clock.clearTimeout(timer.handle);
    timer = undefined;
  };
  const tick = (): void => {
    stop();
    time = clock.now();
    // Steps fall on whole periods, so that displays of different pages agree.
    timer = { handle: clock.setTimeout(tick, periodMs - (time % periodMs), { background: true }) };
    for (const listener of [...listeners]) listener();
  };
  const visibilityChanged = (): void => {
    if (visibility?.hidden) stop();
    else tick();
  };

  return {
    subscribe(listener) {
      const entry = (): void => listener();
      listeners.add(entry);
      if (listeners.size === 1) {
        visibility?.addEventListener('visibilitychange', visibilityChanged);
        if (!visibility?.hidden) tick();
      }
      return () => {
        listeners.delete(entry);
        if (listeners.size > 0) return;
        visibility?.removeEventListener('visibilitychange', visibilityChanged);
        stop();
      };
    },
    getTime: () => time,
  };
}
