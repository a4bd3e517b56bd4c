/** The line that lies closest to some samples. */
export interface Line {
  /** What it rises from one unit of x to the next. */
  readonly slope: number;
  /** Standard error of the slope. */
  readonly error: number;
  /** From the first x to the last; 0 where there are too few samples for a line and its error. */
  readonly length: number;
}

/** Least squares through samples of `[x, y]`, ordered by x. */
export function lineThrough(samples: readonly (readonly [number, number])[]): Line {
  const [first, last] = [samples[0], samples.at(-1)];
  if (samples.length < 3 || !first || !last || first[0] === last[0]) return { slope: 0, error: 0, length: 0 };
  const sum = (of: (x: number, y: number) => number): number =>
    samples.reduce((total, [x, y]) => total + of(x, y), 0);
  const meanX = sum((x) => x) / samples.length;
  const meanY = sum((_, y) => y) / samples.length;
  const spread = sum((x) => (x - meanX) ** 2);
  const slope = sum((x, y) => (x - meanX) * (y - meanY)) / spread;
  const rest = sum((x, y) => (y - meanY - slope * (x - meanX)) ** 2);
  return { slope, error: Math.sqrt(rest / (samples.length - 2) / spread), length: last[0] - first[0] };
}
