/** What to change about a list of ids in order. */
export interface Reordering<T extends { readonly id: string }> {
  /** The row that an id stood for when the list was put in order. */
  readonly rowOf: (id: string) => T | undefined;
  /** Below 0 when `a` stands before `b`; 0 where that cannot be told. */
  readonly compare: (a: T, b: T) => number;
  /** Rows of the list that leave it, as they were. */
  readonly gone: readonly T[];
  /** Rows that take their place in it. */
  readonly come: readonly T[];
}

/**
 * The list without some rows and with others, without looking at more of the rest than it takes to find their places.
 *
 * @returns `undefined` where a place cannot be told: all rows have to be put in order again
 */
export function reorder<T extends { readonly id: string }>(
  ids: readonly string[],
  { rowOf, compare, gone, come }: Reordering<T>,
): readonly string[] | undefined {
  /** Place of the first id that does not stand before a row. */
  const placeOf = (row: T): number => {
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = rowOf(ids[middle] ?? '');
      if (!other) return -1;
      if (compare(other, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const out = gone.map(placeOf);
  if (out.some((place, at) => ids[place] !== gone[at]?.id)) return undefined;
  const sorted = [...come].sort(compare);
  const into = sorted.map((row) => ({ row, place: placeOf(row) }));
  for (const [at, { row, place }] of into.entries()) {
    const [other, next] = [rowOf(ids[place] ?? ''), sorted[at + 1]];
    if (place < 0 || (other && !(compare(row, other) < 0)) || (next && !(compare(row, next) < 0)))
      return undefined;
  }
  const parts: string[][] = [];
  let from = 0;
  let coming = 0;
  const bring = (until: number): void => {
    for (let entry = into[coming]; entry && entry.place <= until; entry = into[(coming += 1)]) {
      parts.push(ids.slice(from, entry.place), [entry.row.id]);
      from = entry.place;
    }
  };
  for (const place of out.sort((a, b) => a - b)) {
    bring(place);
    parts.push(ids.slice(from, place));
    from = place + 1;
  }
  bring(ids.length);
  return new Array<string>().concat(...parts, ids.slice(from));
}
