import { dataOf, each, number } from './guard.js';
import type { Draft } from './table.js';

/**
 * An amount over time in at most 512 buckets of equal width. When time runs past the last bucket, pairs are merged and
 * the width doubles, so that a series of any length has constant size and folding it is order-independent within a
 * bucket.
 */
export interface Series {
  /** Start of the first bucket in milliseconds since the epoch; 0 while it is empty. */
  readonly start: number;
  /** Width of a bucket in milliseconds: 1000 times a power of two. */
  readonly stepMs: number;
  /** Sum of the amounts in each bucket, oldest first. */
  readonly values: readonly number[];
}

/** Most buckets of a {@link Series}. */
export const MAX_BUCKETS = 512;

export const EMPTY_SERIES: Series = Object.freeze({ start: 0, stepMs: 1_000, values: Object.freeze([]) });

export const copySeries = (from: Series): Series => ({ ...from, values: from.values.slice() });

/** Guard of a stored series. */
export function series(value: unknown): Series | undefined {
  const { start, stepMs, values } = dataOf(value);
  const step = number(stepMs) ?? 0;
  const amounts = each(number)(values);
  if (!amounts || amounts.length > MAX_BUCKETS || step < 1_000) return undefined;
  // Anything else would never meet the edges of new amounts.
  if (!Number.isInteger(Math.log2(step / 1_000)) || !Number.isSafeInteger((start as number) / step))
    return undefined;
  return { start: start as number, stepMs: step, values: amounts };
}

/**
 * Adds an amount at a time, in place. Bucket edges are multiples of the width since the epoch and the width is the
 * smallest that fits, so the result does not depend on the order of the amounts.
 */
export function addToSeries(series: Draft<Series>, time: number, amount: number): void {
  const values = series.values as number[];
  const empty = values.length === 0;
  const last = empty ? time : series.start + (values.length - 1) * series.stepMs;
  const [from, to] = empty ? [time, time] : [Math.min(series.start, time), Math.max(last, time)];
  let step = series.stepMs;
  while (Math.floor(to / step) - Math.floor(from / step) >= MAX_BUCKETS) step *= 2;
  const first = Math.floor(from / step);
  if (empty || step !== series.stepMs || first * step !== series.start) {
    const old = values.splice(0);
    old.forEach((value, i) => {
      const at = Math.floor((series.start + i * series.stepMs) / step) - first;
      while (values.length <= at) values.push(0);
      values[at] = (values[at] ?? 0) + value;
    });
    series.start = first * step;
    series.stepMs = step;
  }
  const at = Math.floor(time / step) - first;
  while (values.length <= at) values.push(0);
  values[at] = (values[at] ?? 0) + amount;
}
