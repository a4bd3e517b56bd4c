import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToSeries, copySeries, EMPTY_SERIES, MAX_BUCKETS } from './series.js';
import type { Series } from './series.js';

const make = (amounts: readonly (readonly [time: number, amount: number])[]): Series => {
  const series = copySeries(EMPTY_SERIES);
  for (const [time, amount] of amounts) addToSeries(series, time, amount);
  return series;
};

const amounts = fc.array(
  fc.tuple(fc.oneof(fc.nat(3_000_000), fc.integer({ min: 0, max: 8.64e15 })), fc.nat(1_000)),
  { minLength: 1, maxLength: 40 },
);

describe('a series', () => {
  it('does not depend on the order of its amounts', () => {
    fc.assert(
      fc.property(
        amounts.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          expect(make(shuffled)).toEqual(make(list));
        },
      ),
    );
  });

  it('keeps every amount, in the bucket of its time, and at most 512 buckets', () => {
    fc.assert(
      fc.property(amounts, (list) => {
        const { start, stepMs, values } = make(list);
        expect(values.length).toBeLessThanOrEqual(MAX_BUCKETS);
        expect(Number.isInteger(Math.log2(stepMs / 1_000))).toBe(true);
        const wanted = values.map((_, i) => {
          const from = start + i * stepMs;
          return list.reduce(
            (sum, [time, amount]) => (time >= from && time < from + stepMs ? sum + amount : sum),
            0,
          );
        });
        expect(values).toEqual(wanted);
      }),
    );
  });

  it('takes corrections', () => {
    expect(
      make([
        [5_000, 7],
        [5_500, -3],
        [9_000, 1],
      ]),
    ).toEqual({ start: 5_000, stepMs: 1_000, values: [4, 0, 0, 0, 1] });
  });
});
