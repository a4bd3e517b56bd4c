/** Rows above this number are not compared. */
const MOST_ROWS = 20_000;

/**
 * How many rows came, went or have to move to get from one order to the other: the fewest that explain it.
 *
 * @returns `undefined` for very long lists
 */
export function countMoves(before: readonly string[], after: readonly string[]): number | undefined {
  if (Math.max(before.length, after.length) > MOST_ROWS) return undefined;
  const places = new Map(before.map((id, place) => [id, place]));
  /** The last places of the shortest ascending rows that end lowest: its length is that of the longest one. */
  const ends: number[] = [];
  let common = 0;
  for (const id of after) {
    const place = places.get(id);
    if (place === undefined) continue;
    common += 1;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    ends[low] = place;
  }
  return before.length - common + (after.length - common) + (common - ends.length);
}
