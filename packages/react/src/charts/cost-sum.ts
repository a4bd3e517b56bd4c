import type { CostTotals } from '@fleetglass/core/client';
import { NO_AMOUNT, sumCosts } from '@fleetglass/core/client';

type Part = { readonly cost: CostTotals };

/** A host may have a hundred thousand parts: their numbers are added before anything is made of them. */
interface Sum {
  nanoUsd: number;
  unknownCalls: number;
  billed: number;
  list: number;
  custom: number;
  simulated: number;
}

function add(sum: Sum, { cost }: Part, sign: 1 | -1): void {
  const { billed = 0, list = 0, custom = 0, simulated = 0 } = cost.byBasis;
  sum.nanoUsd += sign * cost.nanoUsd;
  sum.unknownCalls += sign * cost.unknownCalls;
  sum.billed += sign * billed;
  sum.list += sign * list;
  sum.custom += sign * custom;
  sum.simulated += sign * simulated;
}

/** The one place that says what is too much, and that leaves out what is nothing. */
function totalsOf({ nanoUsd, unknownCalls, ...byBasis }: Sum): CostTotals {
  return sumCosts(NO_AMOUNT.cost, { nanoUsd, byBasis, unknownCalls });
}

/** All of them together. */
export function sumOf(parts: readonly Part[]): CostTotals {
  return totalsOf(added(parts));
}

function added(parts: readonly Part[]): Sum {
  const sum: Sum = { nanoUsd: 0, unknownCalls: 0, billed: 0, list: 0, custom: 0, simulated: 0 };
  for (const part of parts) add(sum, part, 1);
  return sum;
}

/** The most parts that may have left a list for it to be told from one that is another. */
const MOST_LEFT = 1_000;

/** {@link sumOf} for a list that grows at its end and loses its beginning: only what came and went is added again. */
export function createRunningSum(): (parts: readonly Part[]) => CostTotals {
  let last: readonly Part[] = [];
  let sum = added(last);
  return (parts) => {
    const left = leftOf(last, parts);
    if (left === undefined) sum = added(parts);
    else {
      for (let at = 0; at < left; at += 1) add(sum, last[at] as Part, -1);
      for (let at = last.length - left; at < parts.length; at += 1) add(sum, parts[at] as Part, 1);
    }
    last = parts;
    return totalsOf(sum);
  };
}

/** How many parts have left the beginning of the list, if that and new ones at its end is all that changed. */
function leftOf(last: readonly Part[], parts: readonly Part[]): number | undefined {
  const [first] = parts;
  if (first === undefined || last.length === 0) return undefined;
  const left = last.slice(0, MOST_LEFT).indexOf(first);
  if (left < 0 || last.length - left > parts.length) return undefined;
  for (let at = left; at < last.length; at += 1) if (last[at] !== parts[at - left]) return undefined;
  return left;
}
