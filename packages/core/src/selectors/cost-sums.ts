import type { CostTotals } from '../model/cost.js';
import { addNanoUsd } from '../model/cost.js';

const BASES = ['billed', 'list', 'custom', 'simulated'] as const;

/** `a + sign * b`, basis by basis. @throws FleetglassError `COST_OVERFLOW` */
export function sumCosts(a: CostTotals, b: CostTotals, sign: 1 | -1 = 1): CostTotals {
  const byBasis: { -readonly [B in keyof CostTotals['byBasis']]: number } = {};
  for (const basis of BASES) {
    const sum = addNanoUsd(a.byBasis[basis] ?? 0, sign * (b.byBasis[basis] ?? 0));
    if (sum !== 0) byBasis[basis] = sum;
  }
  return {
    nanoUsd: addNanoUsd(a.nanoUsd, sign * b.nanoUsd),
    byBasis,
    unknownCalls: a.unknownCalls + sign * b.unknownCalls,
  };
}
