import { sumCosts } from '@fleetglass/core/client';
import type { Slice } from '@fleetglass/core/client';

/** The largest ones, `most` in all: what is left is summed up in the last. */
export function mergeSmall(
  slices: readonly Slice[],
  sizeOf: (slice: Slice) => number,
  most: number,
): readonly Slice[] {
  const sorted = [...slices].sort((a, b) => sizeOf(b) - sizeOf(a));
  if (sorted.length <= most) return sorted;
  const rest = sorted.slice(most - 1).reduce(addSlices);
  return [...sorted.slice(0, most - 1), rest];
}

function addSlices(a: Slice, b: Slice): Slice {
  const usage = { ...a.usage };
  for (const name of Object.keys(usage) as (keyof typeof usage)[]) usage[name] += b.usage[name];
  return {
    name: '',
    others: (a.others ?? 1) + (b.others ?? 1),
    cost: sumCosts(a.cost, b.cost),
    usage,
    modelCalls: a.modelCalls + b.modelCalls,
    pricedTokens: a.pricedTokens + b.pricedTokens,
  };
}
