import { describe, expect, it } from 'vitest';
import { addCounts, mostOf } from './report.js';
import type { Counts, TortureReport } from './report.js';
import { torture } from './scenarios.js';

type Schedules = Pick<TortureReport, 'injected' | 'detected' | 'compared' | 'measured' | 'failures'>;

/** Short schedules of a scenario, one for each seed and two at a time, and what came of all of them. */
async function schedules(name: string, count: number): Promise<Schedules> {
  const [injected, detected, compared, measured]: [Counts, Counts, Counts, Counts] = [{}, {}, {}, {}];
  const failures: string[] = [];
  const seeds = Array.from({ length: count }, (_, index) => 1_000 * (index + 1));
  const lane = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const report = await torture(name, { seed, budgetMs: 1, isSmall: true });
      addCounts(injected, report.injected);
      addCounts(detected, report.detected);
      addCounts(compared, report.compared);
      mostOf(measured, report.measured);
      failures.push(...report.failures.map((failure) => `seed ${String(seed)}: ${failure}`));
    }
  };
  await Promise.all([lane(), lane()]);
  return { injected, detected, compared, measured, failures };
}

/** Short seeded pieces of what `npm run torture` does for as long as it is told. */
describe('every viewer applies exactly the events of the log', () => {
  it('when the server is killed at random moments', async () => {
    const report = await schedules('kill', 8);
    expect(report.failures).toEqual([]);
    expect(report.injected['kill -9 of the server']).toBe(24);
    expect(report.compared['acknowledged']).toBeGreaterThan(500);
    expect(report.compared['runs']).toBeGreaterThan(2);
    expect(Object.keys(report.detected).join()).toContain('lost');
  }, 180_000);

  it('when connections are dropped, stalled, reset, throttled, cut and left half open', async () => {
    const report = await schedules('proxy', 8);
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.injected).length).toBeGreaterThan(8);
    expect(report.detected['lost DISCONNECTED']).toBeGreaterThan(10);
  }, 180_000);

  it('when half of them stop reading while much is written', async () => {
    const report = await schedules('slow', 2);
    expect(report.failures).toEqual([]);
    expect(report.injected['stalled reader']).toBeGreaterThanOrEqual(2 * 2 * 5);
    expect(report.measured['mostBufferedBytesInOneSocket']).toBeGreaterThan(500_000);
  }, 180_000);

  it('when the clocks of server and viewers are wrong and jump', async () => {
    const report = await schedules('clock', 6);
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.injected).length).toBeGreaterThan(3);
  }, 180_000);

  it('when frames are repeated, swapped, lost, broken and taken from elsewhere', async () => {
    const report = await schedules('frames', 6);
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.injected).length).toBeGreaterThan(6);
    expect(report.detected['lost BAD_FRAME']).toBeGreaterThan(3);
    expect(report.detected['gap']).toBeGreaterThan(3);
  }, 180_000);

  it('when all of them come back at once after a kill', async () => {
    const report = await torture('storm', { seed: 6, budgetMs: 1, viewers: 200, isSmall: true });
    expect(report.failures).toEqual([]);
    expect(report.detected['lost DISCONNECTED']).toBeGreaterThanOrEqual(200);
    expect(report.compared['states']).toBe(250);
    expect(report.measured['connects']).toBeGreaterThanOrEqual(200);
  }, 180_000);

  it('when some stay while many come and go, and the memory of the server does not rise', async () => {
    const report = await torture('soak', { seed: 7, budgetMs: 10_000, isSmall: true });
    expect(report.failures).toEqual([]);
    expect(report.injected['viewer that came and went']).toBeGreaterThanOrEqual(600);
    expect(report.measured['samples']).toBeGreaterThanOrEqual(12);
  }, 180_000);

  it('[SEC-19] [SEC-20] when connections are opened and dropped, and fall silent, by the thousand', async () => {
    const report = await torture('flood', { seed: 6, budgetMs: 10_000, isSmall: true });
    expect(report.failures).toEqual([]);
    expect(report.injected).toEqual({
      'connection opened and dropped': 2_000,
      'connection fallen silent': 250,
    });
    expect(report.detected['flood: 429']).toBeGreaterThan(100);
    expect(report.detected['silent: let go']).toBe(250);
    expect(report.compared['events']).toBeGreaterThan(100);
  }, 180_000);
});
