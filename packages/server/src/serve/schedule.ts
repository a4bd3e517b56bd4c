import type { Clock, FleetglassError, Random, TimerHandle } from '@fleetglass/core';
import { toFleetglassError } from '@fleetglass/core';

/** Work that is done again and again. */
export interface Job {
  /** Told in logs, metrics and events. */
  readonly name: string;
  readonly everyMs: number;
  /** When it was last done, in milliseconds since the epoch, as far as what it left behind tells. @default never */
  readonly lastDone?: () => Promise<number | undefined>;
  /** @param signal aborted when it shall give up at once. @returns what is told of it */
  readonly run: (signal: AbortSignal) => Promise<JobFacts>;
}

/** What a job tells of what it did, in numbers and short texts. */
export interface JobFacts {
  readonly [name: string]: string | number;
}

/** Who is told how jobs went. */
export interface ScheduleHooks {
  /** @param at when, in milliseconds since the epoch */
  done(job: Job, outcome: { readonly at: number; readonly ms: number; readonly facts: JobFacts }): void;
  /** @param outcome `failures` in a row, and when it is tried again */
  failed(
    job: Job,
    error: FleetglassError,
    outcome: { readonly failures: number; readonly retryMs: number },
  ): void;
}

/** Jobs by the clock, one at a time. */
export interface Schedule {
  /** Begins nothing any more. A job in work may end within `graceMs`; then it is told to give up, and waited for. */
  close(graceMs: number): Promise<void>;
}

/** Longest time of one timer: longer ones overflow, and a machine that slept is not late by more. */
const LONGEST_TIMER_MS = 3_600_000;
/** So that gateways that start together do not work together. */
const MOST_JITTER_MS = 600_000;
const FIRST_RETRY_MS = 60_000;
/** Whoever starts has other things to do. */
const FIRST_DELAY_MS = 60_000;

interface Entry {
  readonly job: Job;
  /** Of the monotonic clock: a clock that is set must neither skip a job nor repeat it. */
  dueAt: number;
  failures: number;
}

/**
 * Does jobs when they are due: the first time when `everyMs` have passed since they were last done, also by a process
 * before this one, and not within the first minute. A job that failed is tried again after a minute, then after twice as long each time, at most after
 * `everyMs`. Nothing holds the process up.
 */
export function createSchedule(
  jobs: readonly Job[],
  { clock, random, hooks }: { readonly clock: Clock; readonly random: Random; readonly hooks: ScheduleHooks },
): Schedule {
  const abort = new AbortController();
  const entries: Entry[] = [];
  let timer: TimerHandle;
  let isClosed = false;
  let working: Promise<void> | undefined;

  const jitter = (everyMs: number): number => Math.round(random() * Math.min(everyMs / 10, MOST_JITTER_MS));

  const begin = async (job: Job): Promise<void> => {
    // Where it cannot be known the job is done soon: it says itself what is wrong.
    const last = await Promise.resolve(job.lastDone?.()).catch(() => undefined);
    const wait = last === undefined ? 0 : Math.min(job.everyMs, last + job.everyMs - clock.now());
    const delay = Math.max(FIRST_DELAY_MS, wait) + jitter(job.everyMs);
    entries.push({ job, dueAt: clock.monotonic() + delay, failures: 0 });
  };

  const doNow = async (entry: Entry): Promise<void> => {
    const { job } = entry;
    const startedAt = clock.monotonic();
    try {
      const facts = await job.run(abort.signal);
      entry.failures = 0;
      entry.dueAt = startedAt + job.everyMs + jitter(job.everyMs);
      hooks.done(job, { at: clock.now(), ms: Math.round(clock.monotonic() - startedAt), facts });
    } catch (thrown) {
      // What was told to give up has not failed.
      if (abort.signal.aborted) return;
      entry.failures += 1;
      const longest = Math.min(job.everyMs, FIRST_RETRY_MS * 2 ** (entry.failures - 1));
      const retryMs = Math.round(longest * (0.5 + random() / 2));
      entry.dueAt = clock.monotonic() + retryMs;
      hooks.failed(job, toFleetglassError(thrown), { failures: entry.failures, retryMs });
    }
  };

  const wait = (): void => {
    if (isClosed) return;
    // Whole, so that a timer never comes a fraction too early.
    const next = Math.ceil(Math.min(...entries.map(({ dueAt }) => dueAt)) - clock.monotonic());
    timer = clock.setTimeout(look, Math.min(Math.max(0, next), LONGEST_TIMER_MS), { background: true });
  };

  const look = (): void => {
    const now = clock.monotonic();
    const [due] = entries.filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    if (!due) {
      wait();
      return;
    }
    working = doNow(due).finally(() => {
      working = undefined;
      wait();
    });
  };

  if (jobs.length > 0) void Promise.all(jobs.map(begin)).then(wait);

  return {
    async close(graceMs) {
      isClosed = true;
      clock.clearTimeout(timer);
      if (!working) return;
      const grace = clock.setTimeout(() => abort.abort(), graceMs);
      await working;
      clock.clearTimeout(grace);
    },
  };
}
