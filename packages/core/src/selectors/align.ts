/** A place in either sequence, or in both: where one has no counterpart it is absent. */
export interface AlignedPair {
  readonly first?: number;
  readonly second?: number;
}

/** How well two items fit: 0 not at all. Symmetric. */
export type Likeness<T> = (a: T, b: T) => number;

/** Cells of the table that is filled: 2,000 by 2,000 items, and a little. */
const MOST_CELLS = 4_100_000;

/**
 * Pairs the items of two sequences so that the sum of likeness is the greatest that keeps both orders (the longest common
 * subsequence, weighted). Every item appears once. Swapping the sequences swaps the pairs and changes nothing else.
 *
 * What would need more than about four million comparisons is paired from the start and the end on as long as items fit,
 * and the middle stays without counterparts.
 *
 * @param keyOf decides between equally good pairings
 */
export function align<T>(
  first: readonly T[],
  second: readonly T[],
  likeness: Likeness<T>,
  keyOf: (item: T) => string,
): readonly AlignedPair[] {
  // One order of the two, whichever way they were given: of several best pairings the same is found.
  const swapped = compareKeys(first, second, keyOf) > 0;
  const pairs = swapped
    ? alignOrdered(second, first, likeness, keyOf)
    : alignOrdered(first, second, likeness, keyOf);
  return swapped ? pairs.map((pair) => swap(pair)) : pairs;
}

function swap({ first, second }: AlignedPair): AlignedPair {
  return {
    ...(second === undefined ? {} : { first: second }),
    ...(first === undefined ? {} : { second: first }),
  };
}

function compareKeys<T>(a: readonly T[], b: readonly T[], keyOf: (item: T) => string): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [index, item] of a.entries()) {
    const [x, y] = [keyOf(item), keyOf(b[index] as T)];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

function alignOrdered<T>(
  a: readonly T[],
  b: readonly T[],
  likeness: Likeness<T>,
  keyOf: (item: T) => string,
): AlignedPair[] {
  const isEqual = (i: number, j: number): boolean => {
    const [x, y] = [a[i] as T, b[j] as T];
    return keyOf(x) === keyOf(y) && likeness(x, y) > 0;
  };
  let start = 0;
  while (start < a.length && start < b.length && isEqual(start, start)) start += 1;
  let tail = 0;
  while (
    tail < a.length - start &&
    tail < b.length - start &&
    isEqual(a.length - 1 - tail, b.length - 1 - tail)
  ) {
    tail += 1;
  }
  const pairs: AlignedPair[] = [];
  for (let i = 0; i < start; i += 1) pairs.push({ first: i, second: i });
  const middle = alignMiddle(a.slice(start, a.length - tail), b.slice(start, b.length - tail), likeness);
  for (const { first, second } of middle) {
    pairs.push({
      ...(first === undefined ? {} : { first: first + start }),
      ...(second === undefined ? {} : { second: second + start }),
    });
  }
  for (let i = tail; i > 0; i -= 1) pairs.push({ first: a.length - i, second: b.length - i });
  return pairs;
}

function alignMiddle<T>(a: readonly T[], b: readonly T[], likeness: Likeness<T>): AlignedPair[] {
  const [n, m] = [a.length, b.length];
  const isTooLarge = (n + 1) * (m + 1) > MOST_CELLS;
  if (n === 0 || m === 0 || isTooLarge) {
    return [...a.map((_, first) => ({ first })), ...b.map((_, second) => ({ second }))];
  }
  // best[i][j]: greatest sum of likeness among a from i on and b from j on.
  const width = m + 1;
  const best = new Uint32Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let j = m - 1; j >= 0; j -= 1) {
      const fit = likeness(a[i] as T, b[j] as T);
      const both = fit > 0 ? fit + (best[(i + 1) * width + j + 1] ?? 0) : 0;
      best[i * width + j] = Math.max(both, best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
    }
  }
  const pairs: AlignedPair[] = [];
  let [i, j] = [0, 0];
  while (i < n && j < m) {
    const here = best[i * width + j];
    const fit = likeness(a[i] as T, b[j] as T);
    if (fit > 0 && here === fit + (best[(i + 1) * width + j + 1] ?? 0)) {
      pairs.push({ first: i, second: j });
      i += 1;
      j += 1;
    } else if (here === best[(i + 1) * width + j]) {
      pairs.push({ first: i });
      i += 1;
    } else {
      pairs.push({ second: j });
      j += 1;
    }
  }
  for (; i < n; i += 1) pairs.push({ first: i });
  for (; j < m; j += 1) pairs.push({ second: j });
  return pairs;
}
