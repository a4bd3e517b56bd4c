import { NO_AMOUNT, sumCosts } from '@fleetglass/core/client';
import type { CostTotals } from '@fleetglass/core/client';

/** All of them together. */
export const sumOf = (parts: readonly { readonly cost: CostTotals }[]): CostTotals =>
  parts.reduce((sum, { cost }) => sumCosts(sum, cost), NO_AMOUNT.cost);
