/**
 * What is usual: exponentially weighted mean and variance of the cost of a minute.
 *
 * With weight `w` and `d = x - mean`, a new value `x` gives
 *
 * ```
 * mean'     = mean + w * d
 * variance' = (1 - w) * (variance + w * d * d)
 * ```
 *
 * The first values have the weight `1 / n` of a plain mean, until that is below `w`.
 *
 * Source: T. Finch, "Incremental calculation of weighted mean and variance", University of Cambridge, 2009, section 9.
 */
export interface CostBaseline {
  /** Values so far. */
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

export const NO_BASELINE: CostBaseline = Object.freeze({ count: 0, mean: 0, variance: 0 });

/** Share of the mean below which a standard deviation is not believed: equal minutes would make any change infinite. */
const LEAST_SHARE = 0.1;

/** Standard deviation, at least a tenth of the mean. */
export function sigmaOf({ mean, variance }: CostBaseline): number {
  return Math.max(Math.sqrt(Math.max(0, variance)), LEAST_SHARE * mean);
}

/**
 * The baseline after one more value.
 *
 * @param most the value counts as at most this much, so that one outlier does not become what is usual; a lasting change
 * still does, a step at a time
 */
export function addToBaseline(
  { count, mean, variance }: CostBaseline,
  value: number,
  weight: number,
  most = Infinity,
): CostBaseline {
  if (count === 0) return { count: 1, mean: value, variance: 0 };
  const used = Math.max(weight, 1 / (count + 1));
  const difference = Math.min(value, most) - mean;
  const step = used * difference;
  return { count: count + 1, mean: mean + step, variance: (1 - used) * (variance + step * difference) };
}
