import type { Link } from './rank-nodes.js';

/** A node, or the place where a long edge passes a rank. */
export interface Item {
  /** Room across the direction of the graph. */
  readonly breadth: number;
  readonly rank: number;
  /** Of nodes that stand in a frame of their own. */
  readonly group: string | undefined;
  /** The edge that passes here; nothing for a node. */
  readonly bendOf: Link | undefined;
  readonly before: number[];
  readonly after: number[];
}

export interface LayeredItems {
  /** The nodes by their indexes, then bends. */
  readonly items: readonly Item[];
  /** Bends of each edge, in its direction. */
  readonly bends: readonly (readonly number[])[];
}

/** Bends of all edges together; the longest edges go straight when there would be more. */
const MOST_BENDS = 6_000;

export interface RankedNode {
  readonly breadth: number;
  readonly rank: number;
  readonly group: string | undefined;
}

/** Cuts edges into parts from one rank to the next. */
export function layerItems(
  nodes: readonly RankedNode[],
  links: readonly Link[],
  back: ReadonlySet<number>,
): LayeredItems {
  const items: Item[] = nodes.map((node) => ({ ...node, bendOf: undefined, before: [], after: [] }));
  const bends: number[][] = links.map(() => []);
  const lengthOf = (link: number): number => {
    const [from, to] = links[link] ?? [0, 0];
    return (nodes[to]?.rank ?? 0) - (nodes[from]?.rank ?? 0);
  };
  let room = MOST_BENDS;
  const shortFirst = links
    .map((_, link) => link)
    .filter((link) => !back.has(link))
    .sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  for (const link of shortFirst) {
    const [from, to] = links[link] ?? [0, 0];
    const [start, end] = [items[from], items[to]];
    room -= lengthOf(link) - 1;
    if (!start || !end || room < 0) continue;
    const group = start.group === end.group ? start.group : undefined;
    let last = from;
    for (let rank = start.rank + 1; rank <= end.rank; rank += 1) {
      let next = to;
      if (rank < end.rank) {
        next = items.length;
        items.push({ breadth: 0, rank, group, bendOf: [from, to], before: [], after: [] });
        bends[link]?.push(next);
      }
      items[last]?.after.push(next);
      items[next]?.before.push(last);
      last = next;
    }
  }
  return { items, bends };
}
