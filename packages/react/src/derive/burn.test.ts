import type { Series } from '@fleetglass/core/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burnColumns, burnPerMinute } from './burn.js';

const series = (values: readonly number[], stepMs = 1000, start = 0): Series => ({ start, stepMs, values });

describe('burnPerMinute', () => {
  it('is unknown during the first five seconds', () => {
    expect(burnPerMinute(series([5, 5]), 0, 4_999)).toBeUndefined();
    expect(burnPerMinute(series([5, 5]), 0, 5_000)).toBeDefined();
  });

  it('is the spending of the last minute', () => {
    expect(burnPerMinute(series(Array.from({ length: 300 }, () => 10)), 0, 300_000)).toBeCloseTo(600, 6);
  });

  it('is zero when nothing was spent for a minute', () => {
    expect(burnPerMinute(series([1_000_000]), 0, 120_000)).toBe(0);
  });
});

describe('burnColumns', () => {
  it('has at most as many columns as asked for and ends with the rate that is shown', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 512 }),
        fc.constantFrom(1000, 4000, 64_000),
        fc.nat(200),
        (values, stepMs, idle) => {
          const now = (values.length + idle) * stepMs;
          const columns = burnColumns(series(values, stepMs), 0, now, 300);
          expect(columns.length).toBeLessThanOrEqual(300);
          expect(columns.every((rate) => rate >= 0)).toBe(true);
          const shown = burnPerMinute(series(values, stepMs), 0, now);
          // Wider buckets than the window cannot be told apart any more.
          if (stepMs === 1000 && shown !== undefined) expect(columns.at(-1)).toBeCloseTo(shown, 3);
        },
      ),
    );
  });

  it('is empty before the first amount', () => {
    expect(burnColumns(series([]), 0, 60_000, 300)).toEqual([]);
  });
});
