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
