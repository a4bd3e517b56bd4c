import type { Item } from './layers.js';

/** Items of each rank in their order. */
export type Layers = readonly (readonly number[])[];

/** Sweeps over all ranks, and how many of them may bring nothing before one stops. */
const MOST_SWEEPS = 16;
const MOST_IDLE = 4;
/** Neighbours look whether they had better change places, as long as this is quickly told. */
const MOST_SWITCHED = 3_000;
const MOST_PAIRS = 900;

/**
 * Orders ranks so that few edges cross: each item goes to the mean of those that it is joined to, rank by rank, there
 * and back, and the best order of all is kept. Groups stay together.
 */
export function orderLayers(items: readonly Item[]): Layers {
  let layers = firstOrder(items);
  let best = layers;
  let fewest = countCrossings(items, layers);
  for (let sweep = 0, idle = 0; sweep < MOST_SWEEPS && idle < MOST_IDLE && fewest > 0; sweep += 1) {
    layers = sweepOver(items, layers, sweep % 2 === 0);
    if (items.length <= MOST_SWITCHED) layers = switchNeighbours(items, layers);
    const crossings = countCrossings(items, layers);
    idle += 1;
    if (crossings >= fewest) continue;
    [best, fewest, idle] = [layers, crossings, 0];
  }
  return alignGroups(items, best);
}

/** As one comes to them from the beginning. */
function firstOrder(items: readonly Item[]): Layers {
  const layers: number[][] = [];
  for (const { rank } of items) while (layers.length <= rank) layers.push([]);
  const seen = new Uint8Array(items.length);
  const byRank = items
    .map((_, at) => at)
    .sort((a, b) => (items[a]?.rank ?? 0) - (items[b]?.rank ?? 0) || a - b);
  for (const first of byRank) {
    const open = [first];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const item = items[at];
      if (!item || seen[at]) continue;
      seen[at] = 1;
      layers[item.rank]?.push(at);
      open.push(...[...item.after].reverse());
    }
  }
  const score = placesOf(items, layers);
  return layers.map((layer) => arranged(items, layer, score));
}

function placesOf(items: readonly Item[], layers: Layers): Float64Array {
  const places = new Float64Array(items.length);
  for (const layer of layers) layer.forEach((at, place) => (places[at] = place));
  return places;
}

/** By score, members of a group beside each other. */
function arranged(items: readonly Item[], layer: readonly number[], score: Float64Array): readonly number[] {
  const blocks = new Map<string, number[]>();
  for (const at of layer) {
    const group = items[at]?.group;
    const key = group === undefined ? `#${at}` : `g${group}`;
    const block = blocks.get(key);
    if (block) block.push(at);
    else blocks.set(key, [at]);
  }
  const byScore = (a: number, b: number): number => (score[a] ?? 0) - (score[b] ?? 0);
  return [...blocks.values()]
    .map((block) => ({
      block: block.sort(byScore),
      mean: block.reduce((sum, at) => sum + (score[at] ?? 0), 0) / block.length,
    }))
    .sort((a, b) => a.mean - b.mean)
    .flatMap(({ block }) => block);
}

function sweepOver(items: readonly Item[], layers: Layers, onwards: boolean): Layers {
  const next = layers.map((layer) => layer);
  const places = placesOf(items, layers);
  const score = new Float64Array(items.length);
  for (let step = 0; step < next.length; step += 1) {
    const rank = onwards ? step : next.length - 1 - step;
    const layer = next[rank] ?? [];
    for (const at of layer) {
      const beside = (onwards ? items[at]?.before : items[at]?.after) ?? [];
      score[at] =
        beside.length === 0
          ? (places[at] ?? 0)
          : beside.reduce((sum, other) => sum + (places[other] ?? 0), 0) / beside.length;
    }
    const order = arranged(items, layer, score);
    order.forEach((at, place) => (places[at] = place));
    next[rank] = order;
  }
  return next;
}

/** Neighbours of one group change places where fewer edges cross then. */
function switchNeighbours(items: readonly Item[], layers: Layers): Layers {
  const places = placesOf(items, layers);
  const crossings = (left: number, right: number, side: 'before' | 'after'): number => {
    const [a, b] = [items[left]?.[side] ?? [], items[right]?.[side] ?? []];
    if (a.length * b.length > MOST_PAIRS) return 0;
    let count = 0;
    for (const one of a) for (const other of b) if ((places[one] ?? 0) > (places[other] ?? 0)) count += 1;
    return count;
  };
  return layers.map((layer) => {
    const order = [...layer];
    for (let at = 0; at + 1 < order.length; at += 1) {
      const [left = 0, right = 0] = [order[at], order[at + 1]];
      if (items[left]?.group !== items[right]?.group) continue;
      const now = crossings(left, right, 'before') + crossings(left, right, 'after');
      const then = crossings(right, left, 'before') + crossings(right, left, 'after');
      if (then >= now) continue;
      [order[at], order[at + 1]] = [right, left];
      [places[left], places[right]] = [at + 1, at];
    }
    return order;
  });
}

/** How often edges cross between neighbouring ranks. */
export function countCrossings(items: readonly Item[], layers: Layers): number {
  const places = placesOf(items, layers);
  let crossings = 0;
  for (const [rank, layer] of layers.entries()) {
    const width = layers[rank + 1]?.length ?? 0;
    // Ends of the edges seen so far, to be summed from any place on (after Barth, Jünger and Mutzel).
    const tree = new Int32Array(width + 1);
    for (const at of layer) {
      const ends = (items[at]?.after ?? []).map((to) => places[to] ?? 0).sort((a, b) => a - b);
      for (const end of ends) {
        for (let index = width - end - 1; index > 0; index -= index & -index) crossings += tree[index] ?? 0;
      }
      for (const end of ends) {
        for (let index = width - end; index <= width; index += index & -index)
          tree[index] = (tree[index] ?? 0) + 1;
      }
    }
  }
  return crossings;
}

/** Two groups are in the same order in each rank, so that their frames can stand beside each other. */
function alignGroups(items: readonly Item[], layers: Layers): Layers {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const layer of layers) {
    layer.forEach((at, place) => {
      const group = items[at]?.group;
      if (group === undefined) return;
      const found = sums.get(group) ?? { sum: 0, count: 0 };
      found.sum += (place + 0.5) / layer.length;
      found.count += 1;
      sums.set(group, found);
    });
  }
  if (sums.size < 2) return layers;
  const meanOf = (group: string): number => {
    const { sum, count } = sums.get(group) ?? { sum: 0, count: 1 };
    return sum / count;
  };
  return layers.map((layer) => {
    const members = new Map<string, number[]>();
    const slots: (string | number)[] = [];
    for (const at of layer) {
      const group = items[at]?.group;
      if (group === undefined) {
        slots.push(at);
        continue;
      }
      const found = members.get(group);
      if (found) found.push(at);
      else {
        members.set(group, [at]);
        slots.push(group);
      }
    }
    const sorted = [...members.keys()].sort((a, b) => meanOf(a) - meanOf(b) || (a < b ? -1 : 1));
    return slots.flatMap((slot) =>
      typeof slot === 'number' ? [slot] : (members.get(sorted.shift() ?? '') ?? []),
    );
  });
}
