/** Most parents stand so few items above their children: they are found without an index of all. */
const NEAR = 8;

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
  let isOrdered = true;
  for (let at = 0; at < items.length; at += 1) {
    const parentId = parentIdOf(items[at] as T);
    if (parentId === undefined) continue;
    let parent = at - 1;
    const last = Math.max(0, at - NEAR);
    while (parent >= last && idOf(items[parent] as T) !== parentId) parent -= 1;
    if (parent < last) {
      places ??= placesOf(items, idOf);
      parent = places.get(parentId) ?? -1;
    }
    parents[at] = parent;
    // Where parents come first there is no circle.
    isOrdered &&= parent < at;
  }
  if (!isOrdered) cutCircles(parents);
  return parents;
}

function placesOf<T>(items: readonly T[], idOf: (item: T) => string): Map<string, number> {
  const places = new Map<string, number>();
  for (let at = 0; at < items.length; at += 1) places.set(idOf(items[at] as T), at);
  return places;
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
