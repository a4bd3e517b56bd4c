import type { CostTotals } from '@fleetglass/core/client';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRunningSum, sumOf } from './cost-sum.js';

const part = fc.record({
  cost: fc.record<CostTotals>({
    nanoUsd: fc.integer({ min: 0, max: 1e12 }),
    byBasis: fc.oneof(fc.constant({}), fc.record({ simulated: fc.nat(), list: fc.nat() })),
    unknownCalls: fc.nat(5),
  }),
});

it('adds what came and takes away what went, as if all were added anew', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ lost: fc.nat(4), came: fc.array(part, { maxLength: 4 }), other: fc.option(fc.nat(9)) }),
      ),
      (steps) => {
        const running = createRunningSum();
        let parts: readonly { readonly cost: CostTotals }[] = [];
        for (const { lost, came, other } of steps) {
          parts = [...parts.slice(lost), ...came];
          // Sometimes one in between is another.
          if (other !== null)
            parts = parts.map((one, at) => (at === other ? { cost: { ...one.cost, nanoUsd: 7 } } : one));
          expect(running(parts)).toEqual(sumOf(parts));
        }
      },
    ),
  );
});
