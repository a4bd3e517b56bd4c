import type { CostTotals } from '@fleetglass/core/client';
import { NO_AMOUNT, sumCosts } from '@fleetglass/core/client';

type Parts = readonly { readonly cost: CostTotals }[];

const BASES = ['billed', 'list', 'custom', 'simulated'] as const;

/** All of them together. A host may have a hundred thousand: the numbers are added before anything is made of them. */
export function sumOf(parts: Parts): CostTotals {
  const byBasis = { billed: 0, list: 0, custom: 0, simulated: 0 };
  let nanoUsd = 0;
  let unknownCalls = 0;
  for (const { cost } of parts) {
    nanoUsd += cost.nanoUsd;
    unknownCalls += cost.unknownCalls;
    for (const basis of BASES) byBasis[basis] += cost.byBasis[basis] ?? 0;
  }
  // The one place that says what is too much, and that leaves out what is nothing.
  return sumCosts(NO_AMOUNT.cost, { nanoUsd, byBasis, unknownCalls });
}
