import type { Clock, TimerHandle } from './clock.js';
import { systemClock } from './clock.js';
import type { Random } from './ids.js';
import { systemRandom } from './ids.js';

/** Milliseconds that a `Date` can still name. */
const LAST_MOMENT = 8.64e15;

const dependable = new WeakSet<object>([systemClock, systemRandom]);

/** What it gives where it throws or tells something impossible, the machine's own gives instead. */
function checked(read: () => number, isPossible: (value: number) => boolean, fallback: () => number) {
  return (): number => {
    try {
      const value = read();
      if (isPossible(value)) return value;
    } catch {
      // Whoever asks for the time cannot do anything about it.
    }
    return fallback();
  };
}

const isMoment = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= LAST_MOMENT;

/**
 * A clock that somebody gave us, made safe: where it throws, or tells no time, the machine's own clock stands in. Timers of a
 * clock that never fires them do not fire.
 */
export function dependableClock(clock: Clock = systemClock): Clock {
  if (dependable.has(clock)) return clock;
  const own = new Set<TimerHandle>();
  const safe: Clock = {
    now: checked(
      () => clock.now(),
      isMoment,
      () => systemClock.now(),
    ),
    monotonic: checked(
      () => clock.monotonic(),
      isMoment,
      () => systemClock.monotonic(),
    ),
    setTimeout(callback, delayMs, options) {
      try {
        return clock.setTimeout(callback, delayMs, options);
      } catch {
        const handle = systemClock.setTimeout(
          () => {
            own.delete(handle);
            callback();
          },
          delayMs,
          options,
        );
        own.add(handle);
        return handle;
      }
    },
    clearTimeout(handle) {
      if (own.delete(handle)) systemClock.clearTimeout(handle);
      else {
        try {
          clock.clearTimeout(handle);
        } catch {
          // Callbacks that come too late are told by those who wait for them.
        }
      }
    },
  };
  dependable.add(safe);
  return safe;
}

/** Random numbers that somebody gave us; where there is none from 0 to 1, the machine gives one. */
export function dependableRandom(random: Random = systemRandom): Random {
  if (dependable.has(random)) return random;
  const safe = checked(random, (value) => value >= 0 && value <= 1, systemRandom);
  dependable.add(safe);
  return safe;
}
