import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Clock, TimerHandle } from '../../lib/clock.js';

export interface AttemptTimerOptions {
  /** Name of the task, for the message. */
  readonly name: string;
  readonly clock: Clock;
  /** Milliseconds that the attempt may take. */
  readonly timeoutMs: number | undefined;
  /** Milliseconds that it may go without a sign of life. */
  readonly idleTimeoutMs: number | undefined;
  readonly onTimeout: (error: FleetglassError) => void;
}

/** Ends an attempt that takes too long or gives no sign of life. It can be stopped while the attempt waits. */
export interface AttemptTimer {
  start(): void;
  stop(): void;
  /** A sign of life. */
  touch(): void;
}

export function createAttemptTimer(options: AttemptTimerOptions): AttemptTimer {
  const { name, clock, timeoutMs = Infinity, idleTimeoutMs = Infinity } = options;
  let left = timeoutMs;
  let startedAt: number | undefined;
  let signAt = 0;
  let timer: TimerHandle;

  const timeout = (message: string, limit: number): void => {
    startedAt = undefined;
    options.onTimeout(new FleetglassError('TIMEOUT', message, { details: { timeoutMs: limit } }));
  };

  // Signs of life come too often to set a timer anew for each: it looks when the first one could have been missed.
  const look = (): void => {
    if (startedAt === undefined) return;
    const now = clock.monotonic();
    const untilTimeout = left - (now - startedAt);
    const untilIdle = idleTimeoutMs - (now - signAt);
    if (untilTimeout <= 0) timeout(`Task '${name}' took longer than ${timeoutMs} ms.`, timeoutMs);
    else if (untilIdle <= 0)
      timeout(`Task '${name}' gave no sign of life for ${idleTimeoutMs} ms.`, idleTimeoutMs);
    else timer = clock.setTimeout(look, Math.min(untilTimeout, untilIdle));
  };

  return {
    start() {
      if (startedAt !== undefined) return;
      startedAt = signAt = clock.monotonic();
      look();
    },
    stop() {
      if (startedAt === undefined) return;
      clock.clearTimeout(timer);
      left = Math.max(0, left - (clock.monotonic() - startedAt));
      startedAt = undefined;
    },
    touch() {
      signAt = clock.monotonic();
    },
  };
}
