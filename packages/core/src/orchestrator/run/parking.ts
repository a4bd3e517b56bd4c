import type { Clock, TimerHandle } from '../../lib/clock.js';

/** Watches whether a run only waits for people, and lets it leave memory when it has done so for long enough. */
export interface Parking {
  /** From now on every task waits. */
  start(): void;
  /** Something goes on, or the run is over. */
  stop(): void;
}

export interface ParkingOptions {
  readonly clock: Clock;
  /** `Infinity` for a run that stays. */
  readonly afterMs: number;
  /** Whether something is in flight that leaving would lose. */
  readonly isBusy: () => boolean;
  readonly onPark: () => void;
}

const STAYS: Parking = { start: () => undefined, stop: () => undefined };

export function createParking({ clock, afterMs, isBusy, onPark }: ParkingOptions): Parking {
  if (afterMs === Infinity) return STAYS;
  let timer: TimerHandle;
  const stop = (): void => {
    clock.clearTimeout(timer);
    timer = undefined;
  };
  const start = (): void => {
    stop();
    timer = clock.setTimeout(() => (isBusy() ? start() : onPark()), afterMs, { background: true });
  };
  return { start, stop };
}
