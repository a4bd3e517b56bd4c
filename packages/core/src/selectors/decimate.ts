/** A point of a line. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * At most `most` of the points, which ascend in `x`: the first, the last, and the lowest and highest of each of equally
 * wide pieces between them, so that no peak is lost. Work is O(n); up to `most` points are returned as they are.
 *
 * @param most at least 6
 */
export function decimate<P extends Point>(points: readonly P[], most: number): readonly P[] {
  const first = points[0];
  const last = points.at(-1);
  if (points.length <= most || !first || !last) return points;
  // One piece fewer than there is room for: where pieces end is rounded.
  const pieces = Math.max(1, Math.floor((most - 4) / 2));
  const width = (last.x - first.x) / pieces || 1;
  const kept: P[] = [first];
  let low = 1;
  let high = 1;
  let end = first.x + width;
  const keep = (): void => {
    const [a, b] = low < high ? [low, high] : [high, low];
    kept.push(points[a] as P);
    if (b !== a) kept.push(points[b] as P);
  };
  const inner = points.length - 1;
  for (let at = 1; at < inner; at += 1) {
    const point = points[at] as P;
    if (point.x >= end) {
      if (at > 1) keep();
      low = at;
      high = at;
      end += Math.max(1, Math.ceil((point.x - end + Number.EPSILON) / width)) * width;
    } else {
      if (point.y < (points[low] as P).y) low = at;
      if (point.y > (points[high] as P).y) high = at;
    }
  }
  keep();
  kept.push(last);
  return kept;
}
