import { createDeferred, FleetglassError } from '@fleetglass/core';
import { createSimulatedClock } from '@fleetglass/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSchedule } from './schedule.js';
import type { Job } from './schedule.js';

const HOUR = 3_600_000;

function setUp(jobs: readonly Partial<Job>[], random = () => 0) {
  const clock = createSimulatedClock();
  const begun = clock.now();
  let longest = 0;
  const told: string[] = [];
  const at = (): string => `${String(Math.round((clock.now() - begun) / 60_000))} min`;
  const schedule = createSchedule(
    jobs.map((job, index) => ({
      name: `job-${String(index)}`,
      everyMs: HOUR,
      run: async () => ({}),
      ...job,
    })),
    {
      clock: {
        ...clock,
        setTimeout(callback, delayMs) {
          longest = Math.max(longest, delayMs);
          return clock.setTimeout(callback, delayMs);
        },
      },
      random,
      hooks: {
        done: ({ name }) => told.push(`${at()}: ${name}`),
        failed: ({ name }, { code }, { failures, retryMs }) =>
          told.push(`${at()}: ${name} ${code} ${String(failures)} again in ${String(retryMs / 60_000)}`),
      },
    },
  );
  return { clock, schedule, told, longestTimer: () => longest };
}

describe('a schedule', () => {
  it('does a job after the first minute and then each time that its time has passed', async () => {
    const { clock, told } = setUp([{}]);
    await clock.advance(59_999);
    expect(told).toEqual([]);
    await clock.advance(3 * HOUR);
    expect(told).toEqual(['1 min: job-0', '61 min: job-0', '121 min: job-0']);
  });

  it('goes on where the process before it ended', async () => {
    const { clock, told } = setUp([
      { lastDone: () => Promise.resolve(Date.UTC(2026, 0, 1) - HOUR / 2) },
      { lastDone: () => Promise.resolve(Date.UTC(2026, 0, 1) - 10 * HOUR) },
      // A clock that was ahead then.
      { lastDone: () => Promise.resolve(Date.UTC(2027, 0, 1)) },
      { lastDone: () => Promise.reject(new Error('unreadable')) },
    ]);
    await clock.advance(HOUR);
    expect(told).toEqual(['1 min: job-1', '1 min: job-3', '30 min: job-0', '60 min: job-2']);
  });

  it('is not led astray by jobs that are due in more than a timer can wait for', async () => {
    const { clock, told, longestTimer } = setUp([{ everyMs: 365 * 24 * HOUR }]);
    await clock.advance(100 * 24 * HOUR);
    expect(told).toEqual(['1 min: job-0']);
    await clock.advance(266 * 24 * HOUR);
    expect(told).toHaveLength(2);
    // Node makes one millisecond of what is longer.
    expect(longestTimer()).toBeLessThan(2 ** 31);
  });

  it('tries what failed again, later each time and never later than its time', async () => {
    let fails = 9;
    const { clock, told } = setUp(
      [
        {
          run: () => {
            fails -= 1;
            if (fails >= 0) throw new FleetglassError('STORE_FAILED', 'No.');
            return Promise.resolve({});
          },
        },
      ],
      () => 1,
    );
    await clock.advance(6 * HOUR);
    const retries = told.map((line) => / in (\d+)$/.exec(line)?.[1]);
    expect(retries.slice(0, 10)).toEqual(['1', '2', '4', '8', '16', '32', '60', '60', '60', undefined]);
  });

  it('does one job at a time, whatever they take and fail with', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            everyMs: fc.integer({ min: 60_000, max: HOUR }),
            ms: fc.nat(HOUR),
            fails: fc.boolean(),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        async (jobs) => {
          let working = 0;
          let most = 0;
          const holder: { clock?: ReturnType<typeof createSimulatedClock> } = {};
          const { clock, told } = setUp(
            jobs.map(({ everyMs, ms, fails }) => ({
              everyMs,
              run: async () => {
                working += 1;
                most = Math.max(most, working);
                await new Promise<void>((resolve) => holder.clock?.setTimeout(resolve, ms));
                working -= 1;
                if (fails) throw new Error('broken');
                return {};
              },
            })),
            () => 0.5,
          );
          holder.clock = clock;
          await clock.advance(6 * HOUR);
          expect(most).toBe(1);
          for (const index of jobs.keys())
            expect(told.some((line) => line.includes(`job-${String(index)}`))).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('lets a job in work end, or give up when that takes too long, and begins nothing any more', async () => {
    const work = createDeferred<object>();
    const signals: AbortSignal[] = [];
    const { clock, schedule, told } = setUp([
      {
        run: (signal) => {
          signals.push(signal);
          return new Promise((resolve, reject) => {
            void work.promise.then(() => resolve({}));
            signal.addEventListener('abort', () => reject(new Error('gave up')));
          });
        },
      },
    ]);
    await clock.advance(60_000);
    expect(signals).toHaveLength(1);
    let isClosed = false;
    const closed = schedule.close(5_000).then(() => (isClosed = true));
    await clock.advance(4_999);
    expect([isClosed, signals[0]?.aborted]).toEqual([false, false]);
    await clock.advance(1);
    await closed;
    // What was told to give up is no failure.
    expect([signals[0]?.aborted, told, clock.pending]).toEqual([true, [], 0]);

    const quick = setUp([{}]);
    await quick.schedule.close(0);
    await quick.clock.advance(HOUR);
    expect([quick.told, quick.clock.pending]).toEqual([[], 0]);
  });
});
