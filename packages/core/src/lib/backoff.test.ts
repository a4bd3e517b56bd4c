import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay } from './backoff.js';

describe('backoffDelay', () => {
  it('grows by its factor up to its bound', () => {
    const options = { baseMs: 100, maxMs: 1_000, factor: 3, jitter: 0 };
    const random = () => 0.5;
    expect([1, 2, 3, 4].map((attempt) => backoffDelay(attempt, random, options))).toEqual([
      100, 300, 900, 1_000,
    ]);
  });

  it('leaves as much to chance as it may', () => {
    const options = { baseMs: 1_000, maxMs: 1_000 };
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (chance, jitter) => {
          const delay = backoffDelay(1, () => chance, { ...options, jitter });
          expect(delay).toBeGreaterThanOrEqual(Math.floor(1_000 * (1 - jitter)));
          expect(delay).toBeLessThanOrEqual(1_000);
        },
      ),
    );
    expect(backoffDelay(1, () => 0, options)).toBe(500);
    expect(backoffDelay(1, () => 0, { ...options, jitter: 1 })).toBe(0);
  });
});
