import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Cost, KnownCostBasis } from '../protocol/usage.js';

/**
 * Sum of costs. `nanoUsd` is the known part; with `unknownCalls > 0` it is a lower bound and is shown with "≥".
 */
export interface CostTotals {
  readonly nanoUsd: number;
  /** The known part by basis; absent means 0. */
  readonly byBasis: { readonly [B in KnownCostBasis]?: number };
  /** Calls whose price is unknown. */
  readonly unknownCalls: number;
}

export const ZERO_COST: CostTotals = Object.freeze({
  nanoUsd: 0,
  byBasis: Object.freeze({}),
  unknownCalls: 0,
});

/** Nano-dollars in a dollar. */
export const NANO_PER_USD = 1_000_000_000;

/** @throws FleetglassError `COST_OVERFLOW` above the safe integer range (about 9 million USD) */
export function addNanoUsd(a: number, b: number): number {
  const sum = a + b;
  if (!Number.isSafeInteger(sum)) {
    throw new FleetglassError(
      'COST_OVERFLOW',
      'A sum of money left the range of exact integers; split it by period.',
    );
  }
  return sum;
}

/** `sum + sign * cost`. @throws FleetglassError `COST_OVERFLOW` */
export function addCost(sum: CostTotals, cost: Cost, sign: 1 | -1 = 1): CostTotals {
  if (cost.basis === 'unknown') return { ...sum, unknownCalls: sum.unknownCalls + sign };
  return {
    nanoUsd: addNanoUsd(sum.nanoUsd, sign * cost.nanoUsd),
    byBasis: { ...sum.byBasis, [cost.basis]: (sum.byBasis[cost.basis] ?? 0) + sign * cost.nanoUsd },
    unknownCalls: sum.unknownCalls,
  };
}

/** USD to integer nano-dollars, rounded half up. */
export function usdToNano(usd: number): number {
  return Math.floor(usd * NANO_PER_USD + 0.5);
}
