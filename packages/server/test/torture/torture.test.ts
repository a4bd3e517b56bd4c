import { describe, expect, it } from 'vitest';
import { torture } from './scenarios.js';

/** A short seeded piece of what `npm run torture` does for as long as it is told. */
describe('every viewer applies exactly the events of the log', () => {
  it('when the server is killed at random moments', async () => {
    const report = await torture('kill', { seed: 1, budgetMs: 10_000, isSmall: true });
    expect(report.failures).toEqual([]);
    expect(report.injected['kill -9 of the server']).toBeGreaterThan(5);
    expect(report.compared['acknowledged']).toBeGreaterThan(500);
    expect(report.compared['runs']).toBeGreaterThan(2);
    expect(Object.keys(report.detected).join()).toContain('lost');
  }, 180_000);

  it('when connections are dropped, stalled, reset, throttled, cut and left half open', async () => {
    const report = await torture('proxy', { seed: 2, budgetMs: 8_000, isSmall: true });
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.injected).length).toBeGreaterThan(8);
    expect(report.detected['lost DISCONNECTED']).toBeGreaterThan(10);
  }, 180_000);

  it('when half of them stop reading while much is written', async () => {
    const report = await torture('slow', { seed: 4, budgetMs: 6_000, isSmall: true });
    expect(report.failures).toEqual([]);
    expect(report.injected['stalled reader']).toBeGreaterThan(4);
    expect(report.measured['mostBufferedBytesInOneSocket']).toBeGreaterThan(500_000);
  }, 180_000);

  it('when the clocks of server and viewers are wrong and jump', async () => {
    const report = await torture('clock', { seed: 5, budgetMs: 5_000, isSmall: true });
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.injected).length).toBeGreaterThan(3);
  }, 180_000);

  it('when frames are repeated, swapped, lost, broken and taken from elsewhere', async () => {
    const report = await torture('frames', { seed: 3, budgetMs: 6_000, isSmall: true });
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.injected).length).toBeGreaterThan(6);
    expect(report.detected['lost BAD_FRAME']).toBeGreaterThan(3);
    expect(report.detected['gap']).toBeGreaterThan(3);
  }, 180_000);
});
