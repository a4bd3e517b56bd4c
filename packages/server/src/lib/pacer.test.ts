import { describe, expect, it } from 'vitest';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { createPacer } from './pacer.js';

function setUp(costMs: number, othersMs = 0) {
  const clock = createSimulatedClock();
  const runs: number[] = [];
  const immediate: (() => void)[] = [];
  let meter = 0;
  const pacer = createPacer(
    () => {
      runs.push(clock.monotonic());
      meter += costMs;
    },
    { clock, busyMs: 10, maxMs: 50, schedule: (run) => immediate.push(run), meter: () => meter },
  );
  /** Asks once every `everyMs`, with what was scheduled for the end of a macrotask run in between. */
  const ask = async (times: number, everyMs: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      meter += othersMs;
      pacer.request();
      immediate.splice(0).forEach((run) => run());
      await clock.advance(everyMs);
    }
  };
  return { clock, runs, pacer, ask, immediate };
}

/** Between the last runs. */
function distancesOf(runs: readonly number[]): number[] {
  const last = runs.slice(-5);
  return last.slice(1).map((at, index) => at - (last[index] ?? 0));
}

describe('createPacer', () => {
  it('runs each request at the end of its macrotask while there is time for it', async () => {
    const { runs, ask } = setUp(5);
    await ask(20, 10);
    expect(runs).toEqual(Array.from({ length: 20 }, (_, index) => index * 10));
  });

  it('puts the requests of one macrotask together', () => {
    const { runs, pacer, immediate } = setUp(1);
    for (let i = 0; i < 5; i += 1) pacer.request();
    expect(immediate).toHaveLength(1);
    immediate[0]?.();
    expect(runs).toHaveLength(1);
  });

  it('spreads runs to a quarter of the time when the rest is needed for other work, and recovers', async () => {
    const { runs, ask, clock } = setUp(5, 4);
    await ask(100, 5);
    expect(distancesOf(runs).every((distance) => distance >= 15 && distance <= 25)).toBe(true);
    await clock.advance(2_000);
    runs.length = 0;
    const start = clock.monotonic();
    await ask(3, 100);
    expect(runs).toEqual([start, start + 100, start + 200]);
  });

  it('adds no more delay than it has to where there is nothing else to do', async () => {
    const { runs, ask } = setUp(8);
    await ask(100, 5);
    expect(distancesOf(runs)).toEqual([10, 10, 10, 10]);
  });

  it('never waits longer than its bound', async () => {
    const { runs, ask } = setUp(1_000);
    await ask(400, 5);
    const last = runs.slice(-5);
    expect(last.slice(1).every((at, index) => at - (last[index] ?? 0) <= 55)).toBe(true);
  });

  it('forgets what was asked for when it is cancelled', async () => {
    const { runs, pacer, immediate, clock } = setUp(1);
    pacer.request();
    pacer.cancel();
    immediate.forEach((run) => run());
    await clock.advance(1_000);
    expect(runs).toEqual([]);
  });
});
