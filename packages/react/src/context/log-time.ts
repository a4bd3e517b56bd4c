import type { Clock, MonitorSnapshot } from '@fleetglass/core/client';

/**
 * The log's time on a machine whose own clock may be wrong. How far that clock is off follows from what the server
 * says of its own; where it says nothing, from events as they arrive: none can be newer than the log's present.
 */
export interface LogTime {
  /** Tells of a new snapshot when it arrives. */
  readonly observe: (snapshot: MonitorSnapshot) => void;
  /** What the log's clock showed when this machine's showed `time`, in milliseconds since the epoch. */
  readonly at: (time: number) => number;
}

export function createLogTime(clock: Clock): LogTime {
  let told: number | undefined;
  let learned: number | undefined;
  let seen: number | undefined;
  return {
    observe({ connection, ready, live }) {
      told = connection.skewMs ?? told;
      if (!ready || live.seq === seen) return;
      // What the first snapshot holds may be old; only what comes after it is news.
      if (seen !== undefined) learned = Math.max(learned ?? -Infinity, live.time - clock.now());
      seen = live.seq;
    },
    at: (time) => time + (told ?? learned ?? 0),
  };
}
