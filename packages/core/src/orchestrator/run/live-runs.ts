import type { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Clock, TimerHandle } from '../../lib/clock.js';
import type { Parked, RunOutcome } from './run-ending.js';
import type { RunControl } from './run-control.js';
import type { Steer } from './run-handle.js';
import { RunHandle } from './run-handle.js';

/** Runs of an orchestrator that are not over: those in memory, and those that left it to wait for people. */
export interface LiveRuns {
  /** Runs in memory. */
  readonly size: number;
  /** Whether the run is in memory. */
  has(runId: string): boolean;
  handle(runId: string): RunHandle | undefined;
  /** The run in memory; rejects when it could not begin. */
  control(runId: string): Promise<RunControl> | undefined;
  controls(): Iterable<Promise<RunControl>>;
  /** The run comes to memory. */
  track(runId: string, control: Promise<RunControl>): RunHandle;
  /** The run left memory. */
  leave(runId: string, outcome: RunOutcome | Parked): void;
  /** A parked run that this process did not start has to be taken up at a time. */
  wakeAt(runId: string, at: number): void;
  /** Gives up on what is parked. */
  close(error: FleetglassError): void;
}

interface InMemory {
  readonly handle: RunHandle;
  readonly control: Promise<RunControl>;
}

/** Longest delay that timers of all platforms take. */
const MAX_DELAY_MS = 2_147_483_647;

/** @param wake takes up a parked run whose time has come */
export function createLiveRuns(clock: Clock, steer: Steer, wake: (runId: string) => void): LiveRuns {
  const inMemory = new Map<string, InMemory>();
  const parked = new Map<string, RunHandle>();
  const alarms = new Map<string, number>();
  let timer: TimerHandle;
  let timerAt = Infinity;

  const ring = (): void => {
    timerAt = Infinity;
    const now = clock.now();
    const due = [...alarms].filter(([, at]) => at <= now);
    for (const [runId] of due) {
      alarms.delete(runId);
      wake(runId);
    }
    const next = Math.min(Infinity, ...alarms.values());
    if (next < Infinity) setTimer(next);
  };

  const setTimer = (at: number): void => {
    if (at >= timerAt) return;
    clock.clearTimeout(timer);
    timerAt = at;
    const delay = Math.min(MAX_DELAY_MS, Math.max(0, at - clock.now()));
    timer = clock.setTimeout(ring, delay, { background: true });
  };

  const wakeAt = (runId: string, at: number): void => {
    alarms.set(runId, at);
    setTimer(at);
  };

  return {
    get size() {
      return inMemory.size;
    },
    has: (runId) => inMemory.has(runId),
    handle: (runId) => inMemory.get(runId)?.handle ?? parked.get(runId),
    control: (runId) => inMemory.get(runId)?.control,
    *controls() {
      for (const { control } of inMemory.values()) yield control;
    },
    track(runId, control) {
      const handle = parked.get(runId) ?? new RunHandle(runId, steer);
      const entry: InMemory = { handle, control };
      parked.delete(runId);
      alarms.delete(runId);
      inMemory.set(runId, entry);
      handle.attach(control);
      control.catch(() => {
        if (inMemory.get(runId) === entry) inMemory.delete(runId);
      });
      return handle;
    },
    leave(runId, outcome) {
      const handle = inMemory.get(runId)?.handle;
      inMemory.delete(runId);
      if (outcome.status !== 'waiting') return;
      if (handle) parked.set(runId, handle);
      if (outcome.wakeAt !== undefined) wakeAt(runId, outcome.wakeAt);
    },
    wakeAt,
    close(error) {
      clock.clearTimeout(timer);
      timerAt = Infinity;
      alarms.clear();
      for (const handle of parked.values()) handle.settle({ status: 'failed', error });
      parked.clear();
    },
  };
}
