/**
 * At most `most` of the points, which ascend in x: the first, the last, and the lowest and highest of each of equally
 * wide pieces between them, so that no peak is lost. Work is O(n); up to `most` points are returned as they are.
 *
 * @param most at least 6
 */
export function decimate<P>(
  points: readonly P[],
  most: number,
  xOf: (point: P) => number,
  yOf: (point: P) => number,
): readonly P[] {
  const first = points[0];
  const last = points.at(-1);
  if (points.length <= most || first === undefined || last === undefined) return points;
  // One piece fewer than there is room for: where pieces end is rounded.
  const pieces = Math.max(1, Math.floor((most - 4) / 2));
  const width = (xOf(last) - xOf(first)) / pieces || 1;
  const kept: P[] = [first];
  let low = 1;
  let high = 1;
  let end = xOf(first) + width;
  let lowest = yOf(points[1] as P);
  let highest = lowest;
  const keep = (): void => {
    const [a, b] = low < high ? [low, high] : [high, low];
    kept.push(points[a] as P);
    if (b !== a) kept.push(points[b] as P);
  };
  const inner = points.length - 1;
  for (let at = 1; at < inner; at += 1) {
    const x = xOf(points[at] as P);
    const y = yOf(points[at] as P);
    if (x >= end) {
      if (at > 1) keep();
      low = at;
      high = at;
      lowest = y;
      highest = y;
      end += Math.max(1, Math.ceil((x - end + Number.EPSILON) / width)) * width;
    } else if (y < lowest) {
      low = at;
      lowest = y;
    } else if (y > highest) {
      high = at;
      highest = y;
    }
  }
  keep();
  kept.push(last);
  return kept;
}
