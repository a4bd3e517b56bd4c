import type { CostTotals } from '@fleetglass/core/client';
import type { Texts } from '../../context/monitor-context.js';
import { comparisonLabels } from './comparison-labels.js';

/** What is compared of a run or a step; what is not known is absent. */
export interface Figures {
  readonly cost: CostTotals;
  readonly tokens: number;
  readonly calls: number;
  readonly durationMs?: number | undefined;
}

/** A difference in words; `sign` says which way. */
export interface Difference {
  readonly text: string;
  readonly sign: -1 | 0 | 1;
}

/** A number's difference, written by `write`. */
export function differ(
  from: number | undefined,
  to: number | undefined,
  write: (amount: number) => string,
  { labels, format }: Texts,
): Difference {
  const words = labels(comparisonLabels);
  if (from === undefined || to === undefined) return { text: words.unknown, sign: 0 };
  const by = to - from;
  if (by === 0) return { text: words.equal, sign: 0 };
  const amount = write(Math.abs(by));
  const text = by > 0 ? words.more(amount) : words.less(amount);
  const share = from > 0 ? format.percent(Math.abs(by) / from) : '';
  return { text: share === '' ? text : words.withShare(text, share), sign: by > 0 ? 1 : -1 };
}

/** A cost's difference; unknown prices on either side make it unknown, never a wrong amount. */
export function differCost(from: CostTotals, to: CostTotals, texts: Texts): Difference {
  if (from.unknownCalls > 0 || to.unknownCalls > 0) {
    return { text: texts.labels(comparisonLabels).unknown, sign: 0 };
  }
  return differ(from.nanoUsd, to.nanoUsd, texts.format.money, texts);
}
