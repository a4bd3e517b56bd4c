/*
 * Durations in classes that grow by a twentieth: any percentile is within 2.5 % of the true one, sums of sketches cost
 * nothing for each call, and a sketch of a million calls is a few hundred numbers.
 */

const GROWTH = Math.log(1.05);

/** How long things took. */
export interface DurationSketch {
  count: number;
  totalMs: number;
  maxMs: number;
  /** Class of a duration to how many fell into it. */
  readonly classes: Map<number, number>;
}

export const newSketch = (): DurationSketch => ({ count: 0, totalMs: 0, maxMs: 0, classes: new Map() });

const classOf = (ms: number): number => (ms < 1 ? -1 : Math.floor(Math.log(ms) / GROWTH));

/** Middle of a class, in milliseconds. */
const middleOf = (at: number): number => (at < 0 ? 0 : Math.exp((at + 0.5) * GROWTH));

export function addDuration(sketch: DurationSketch, ms: number): void {
  const at = classOf(ms);
  sketch.count += 1;
  sketch.totalMs += ms;
  sketch.maxMs = Math.max(sketch.maxMs, ms);
  sketch.classes.set(at, (sketch.classes.get(at) ?? 0) + 1);
}

export function mergeSketch(sum: DurationSketch, part: DurationSketch): void {
  sum.count += part.count;
  sum.totalMs += part.totalMs;
  sum.maxMs = Math.max(sum.maxMs, part.maxMs);
  for (const [at, count] of part.classes) sum.classes.set(at, (sum.classes.get(at) ?? 0) + count);
}

/** Durations, in milliseconds, that the given shares of all did not exceed. */
export function percentiles(sketch: DurationSketch, shares: readonly number[]): readonly number[] {
  const classes = [...sketch.classes].sort(([a], [b]) => a - b);
  return shares.map((share) => {
    const wanted = Math.max(1, Math.ceil(share * sketch.count));
    let passed = 0;
    for (const [at, count] of classes) {
      passed += count;
      if (passed >= wanted) return Math.min(sketch.maxMs, middleOf(at));
    }
    return 0;
  });
}
