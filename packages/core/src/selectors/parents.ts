/**
 * Index of each item's parent, -1 for one that stands at the top. A parent that is not there is none, and what would be
 * its own ancestor is cut open at the first item of the circle.
 *
 * @param items the first ones win where a circle has to be cut
 */
export function healParents<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  parentIdOf: (item: T) => string | undefined,
): Int32Array {
  const parents = new Int32Array(items.length).fill(-1);
  let places: Map<string, number> | undefined;
  for (let at = 0; at < items.length; at += 1) {
    const parentId = parentIdOf(items[at] as T);
    if (parentId === undefined) continue;
    places ??= new Map(items.map((item, place) => [idOf(item), place]));
    parents[at] = places.get(parentId) ?? -1;
  }
  if (places) cutCircles(parents);
  return parents;
}

function cutCircles(parents: Int32Array): void {
  const safe = new Uint8Array(parents.length);
  const walk = new Int32Array(parents.length).fill(-1);
  for (let first = 0; first < parents.length; first += 1) {
    let at = first;
    while (at >= 0 && !safe[at] && walk[at] !== first) {
      walk[at] = first;
      at = parents[at] as number;
    }
    if (at >= 0 && !safe[at]) {
      let earliest = at;
      for (let next = parents[at] as number; next !== at; next = parents[next] as number) {
        if (next < earliest) earliest = next;
      }
      parents[earliest] = -1;
    }
    for (at = first; at >= 0 && !safe[at]; at = parents[at] as number) safe[at] = 1;
  }
}

/** Children of each item in the order of the items; those of -1 under the key -1. */
export function childrenOf(parents: Int32Array): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (let at = 0; at < parents.length; at += 1) {
    const parent = parents[at] as number;
    const known = children.get(parent);
    if (known) known.push(at);
    else children.set(parent, [at]);
  }
  return children;
}
