import type { Item } from './layers.js';
import type { Layers } from './order-layers.js';

/** Room between what stands in one rank, in pixels. */
export interface Spaces {
  readonly node: number;
  readonly edge: number;
  /** Of a group's frame, before its first member and after its last. */
  readonly group: readonly [before: number, after: number];
}

const SWEEPS = 24;
const PASSES = 4;

/**
 * Where each item stands across the direction: near to the mean of those that it is joined to, in the order of its rank
 * and without touching its neighbours. Chains and long edges are straight where they can be, and frames of groups hold no others.
 */
export function placeItems(items: readonly Item[], layers: Layers, spaces: Spaces): Float64Array {
  const chains = chainsOf(items);
  const places = new Float64Array(items.length);
  const gapsOf = layers.map((layer) => gaps(items, layer, spaces));
  layers.forEach((layer, rank) => {
    const offsets = gapsOf[rank] ?? [];
    const middle = (offsets.at(-1) ?? 0) / 2;
    layer.forEach((at, index) => (places[at] = (offsets[index] ?? 0) - middle));
  });
  const settleAll = (onwards: boolean, sides: Sides): void => {
    for (let step = 0; step < layers.length; step += 1) {
      const rank = onwards ? step : layers.length - 1 - step;
      settle(items, layers[rank] ?? [], gapsOf[rank] ?? [], places, sides);
    }
  };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const onwards = sweep % 2 === 0;
    const isLate = sweep >= SWEEPS / 3;
    settleAll(onwards, isLate ? 'both' : onwards ? 'before' : 'after');
    if (isLate) straighten(items, chains, layers, gapsOf, places);
  }
  // One chain may have to move before another has room.
  for (let pass = 0; pass < PASSES; pass += 1) straighten(items, chains, layers, gapsOf, places);
  clearFrames(items, layers, gapsOf, spaces, places);
  const first = places.reduce((least, place) => Math.min(least, place), Infinity);
  return places.map((place) => place - first);
}

type Sides = 'before' | 'after' | 'both';

/** What a node stands in the middle of: the side with more to join, so that fans are even. */
function held({ before, after }: Pick<Item, 'before' | 'after'>): readonly number[] {
  if (before.length === after.length) return [...before, ...after];
  return before.length > after.length ? before : after;
}

/** Least distance of each item of a rank from the first. */
function gaps(
  items: readonly Item[],
  layer: readonly number[],
  { node, edge, group }: Spaces,
): readonly number[] {
  let offset = 0;
  return layer.map((at, index) => {
    const item = items[at];
    const last = items[layer[index - 1] ?? -1];
    if (!item || !last) return 0;
    const space = last.bendOf && item.bendOf ? edge : last.bendOf || item.bendOf ? (node + edge) / 2 : node;
    const isBorder = last.group !== item.group;
    const frames =
      (isBorder && last.group !== undefined ? group[1] : 0) +
      (isBorder && item.group !== undefined ? group[0] : 0);
    offset += last.breadth / 2 + item.breadth / 2 + space + frames;
    return offset;
  });
}

/** Brings one rank as near as possible to what it is joined to: least squares, by pooling those that would overlap. */
function settle(
  items: readonly Item[],
  layer: readonly number[],
  offsets: readonly number[],
  places: Float64Array,
  sides: Sides,
): void {
  const pools: { sum: number; weight: number; count: number }[] = [];
  // What is joined to nothing stands beside its neighbour.
  let unheld = 0;
  layer.forEach((at, index) => {
    const item = items[at];
    if (!item) return;
    let [sum, weight] = [0, 0];
    for (const other of sides === 'both' ? held(item) : item[sides]) {
      const strength = item.bendOf ? (items[other]?.bendOf ? 8 : 2) : 1;
      sum += (places[other] ?? 0) * strength;
      weight += strength;
    }
    const before = pools.at(-1);
    if (weight === 0) {
      if (before) before.count += 1;
      else unheld += 1;
      return;
    }
    let pool = { sum: sum - (offsets[index] ?? 0) * weight, weight, count: 1 + unheld };
    unheld = 0;
    for (let last = before; last && last.sum / last.weight > pool.sum / pool.weight; last = pools.at(-1)) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, weight: pool.weight + last.weight, count: pool.count + last.count };
    }
    pools.push(pool);
  });
  let index = 0;
  for (const { sum, weight, count } of pools) {
    for (let step = 0; step < count; step += 1, index += 1) {
      places[layer[index] ?? 0] = sum / weight + (offsets[index] ?? 0);
    }
  }
}

/**
 * Ways without a choice: whatever has one follower that has one predecessor, but for long edges that pass by a part of the
 * same way.
 */
function chainsOf(items: readonly Item[]): readonly (readonly number[])[] {
  const only = (at: number, side: 'before' | 'after'): number | undefined => {
    const all = items[at]?.[side] ?? [];
    const nodes = all.filter((other) => !items[other]?.bendOf);
    const [found, second] = nodes.length > 0 ? nodes : all;
    return second === undefined ? found : undefined;
  };
  const next = items.map((_, at) => {
    const to = only(at, 'after');
    return to !== undefined && only(to, 'before') === at ? to : undefined;
  });
  const followers = new Set(next);
  return items.flatMap((_, first): readonly (readonly number[])[] => {
    if (followers.has(first) || next[first] === undefined) return [];
    const way: number[] = [];
    for (let at: number | undefined = first; at !== undefined; at = next[at]) way.push(at);
    return cutWay(items, way);
  });
}

/** Where another way joins a way by a long edge or leaves it, it has a choice after all. */
function cutWay(items: readonly Item[], way: readonly number[]): readonly (readonly number[])[] {
  const own = new Set(way);
  const isForeign = (bend: number): boolean => {
    const [from, to] = items[bend]?.bendOf ?? [bend, bend];
    return !own.has(bend) && !(own.has(from) && own.has(to));
  };
  const pieces: number[][] = [[]];
  way.forEach((at, step) => {
    const last = way[step - 1];
    const isCut =
      last !== undefined &&
      (items[last]?.after.some(isForeign) === true || items[at]?.before.some(isForeign) === true);
    if (isCut) pieces.push([]);
    pieces.at(-1)?.push(at);
  });
  return pieces.filter(({ length }) => length > 1);
}

/** All of a chain at one height, near to what else it is joined to, if there is room. */
function straighten(
  items: readonly Item[],
  chains: readonly (readonly number[])[],
  layers: Layers,
  gapsOf: readonly (readonly number[])[],
  places: Float64Array,
): void {
  const indexOf = new Int32Array(items.length);
  for (const layer of layers) layer.forEach((at, index) => (indexOf[at] = index));
  const placeOf = (at: number): number => places[at] ?? 0;
  for (const chain of chains) {
    let [low, high, own] = [-Infinity, Infinity, 0];
    const isOwn = new Set(chain);
    const joined: { readonly before: number[]; readonly after: number[] } = { before: [], after: [] };
    for (const at of chain) {
      const item = items[at];
      if (!item) continue;
      const [layer, offsets, index] = [layers[item.rank] ?? [], gapsOf[item.rank] ?? [], indexOf[at] ?? 0];
      const offset = offsets[index] ?? 0;
      const [before, after] = [layer[index - 1], layer[index + 1]];
      if (before !== undefined) low = Math.max(low, placeOf(before) + offset - (offsets[index - 1] ?? 0));
      if (after !== undefined) high = Math.min(high, placeOf(after) - ((offsets[index + 1] ?? 0) - offset));
      own += placeOf(at) / chain.length;
      for (const side of ['before', 'after'] as const) {
        for (const other of item[side]) {
          const [from, to] = items[other]?.bendOf ?? [];
          const passesBy = from !== undefined && to !== undefined && isOwn.has(from) && isOwn.has(to);
          if (!isOwn.has(other) && !passesBy) joined[side].push(other);
        }
      }
    }
    if (low > high + 1e-6) continue;
    const others = held(joined);
    const wanted = others.length > 0 ? others.reduce((sum, at) => sum + placeOf(at), 0) / others.length : own;
    const straight = Math.min(high, Math.max(low, wanted));
    for (const at of chain) places[at] = straight;
  }
}

/**
 * Moves frames on that reach over what stands before them, and then what would stand inside of them. Everything moves
 * one way, so that it comes to an end.
 */
function clearFrames(
  items: readonly Item[],
  layers: Layers,
  gapsOf: readonly (readonly number[])[],
  { node, group: [before, after] }: Spaces,
  places: Float64Array,
): void {
  const groups = new Map<string, number[]>();
  items.forEach(({ group }, at) => {
    if (group === undefined) return;
    const members = groups.get(group);
    if (members) members.push(at);
    else groups.set(group, [at]);
  });
  const placeOf = (at: number): number => places[at] ?? 0;
  /** Keeps the distances of a rank after something in it moved on. */
  const pushOn = (rank: number): void => {
    const [layer, offsets] = [layers[rank] ?? [], gapsOf[rank] ?? []];
    layer.forEach((at, index) => {
      if (index === 0) return;
      const least = placeOf(layer[index - 1] ?? 0) + (offsets[index] ?? 0) - (offsets[index - 1] ?? 0);
      places[at] = Math.max(placeOf(at), least);
    });
  };
  const roomOf = (at: number): number => {
    const { breadth = 0, bendOf } = items[at] ?? {};
    return breadth / 2 + (bendOf ? node / 2 : node);
  };
  for (let round = 0; round <= groups.size; round += 1) {
    let hasMoved = false;
    for (const [name, members] of groups) {
      const ranks = members.map((at) => items[at]?.rank ?? 0);
      const [first, last] = [Math.min(...ranks), Math.max(...ranks)];
      const edgeOf = (pick: (...all: number[]) => number, sign: 1 | -1): number =>
        pick(...members.map((at) => placeOf(at) + (sign * (items[at]?.breadth ?? 0)) / 2));
      const low = edgeOf(Math.min, -1) - before;
      const middle = (low + edgeOf(Math.max, 1) + after) / 2;
      let floor = low;
      const behind: { readonly at: number; readonly rank: number }[] = [];
      for (let rank = first; rank <= last; rank += 1) {
        const layer = layers[rank] ?? [];
        const place = layer.findIndex((at) => items[at]?.group === name);
        layer.forEach((at, index) => {
          if (items[at]?.group === name) return;
          if (place < 0 ? placeOf(at) < middle : index < place)
            floor = Math.max(floor, placeOf(at) + roomOf(at));
          else behind.push({ at, rank });
        });
      }
      if (floor > low) {
        for (const at of members) places[at] = placeOf(at) + floor - low;
        hasMoved = true;
      }
      const high = edgeOf(Math.max, 1) + after;
      for (const { at } of behind) {
        if (placeOf(at) - roomOf(at) >= high) continue;
        places[at] = high + roomOf(at);
        hasMoved = true;
      }
      for (let rank = first; rank <= last; rank += 1) pushOn(rank);
    }
    if (!hasMoved) return;
  }
}
