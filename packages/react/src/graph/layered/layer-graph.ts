import { layerItems } from './layers.js';
import { orderLayers } from './order-layers.js';
import { placeItems } from './place-items.js';
import type { Spaces } from './place-items.js';
import { rankNodes } from './rank-nodes.js';
import type { Link } from './rank-nodes.js';

export interface LayerNode {
  readonly id: string;
  /** Room in the direction of the graph. */
  readonly length: number;
  /** Room across it. */
  readonly breadth: number;
  readonly group?: string | undefined;
}

export interface LayerEdge {
  readonly from: string;
  readonly to: string;
}

export interface LayerSpaces extends Spaces {
  /** Between one rank and the next; where a frame begins or ends, `frame` more. */
  readonly rank: number;
  readonly frame: number;
}

export interface LayerPlace {
  readonly along: number;
  readonly across: number;
}

export interface LayeredGraph {
  /** Middles of the nodes. */
  readonly nodes: ReadonlyMap<string, LayerPlace>;
  /** Where each edge passes the ranks between its ends; nothing for one that leads back or to a node that is not there. */
  readonly routes: readonly (readonly LayerPlace[] | undefined)[];
}

/** A long edge is straight so far before and after it passes a rank. */
const LEAD = 16;

/**
 * Places a graph in ranks, each edge leading onwards but those that close a cycle (after Sugiyama, Tagawa and Toda).
 * The same places for the same graph. Time grows with the edges and the logarithm of the nodes.
 */
export function layerGraph(
  nodes: readonly LayerNode[],
  edges: readonly LayerEdge[],
  spaces: LayerSpaces,
): LayeredGraph {
  const indexOf = new Map(nodes.map(({ id }, at) => [id, at]));
  const known = edges.flatMap(({ from, to }, edge): { readonly edge: number; readonly link: Link }[] => {
    const [start, end] = [indexOf.get(from), indexOf.get(to)];
    return start === undefined || end === undefined ? [] : [{ edge, link: [start, end] }];
  });
  const links = known.map(({ link }) => link);
  const { rankOf, back } = rankNodes(nodes.length, links);
  const ranked = nodes.map(({ breadth, group }, at) => ({ breadth, group, rank: rankOf[at] ?? 0 }));
  const layered = layerItems(ranked, links, back);
  const layers = orderLayers(layered.items);
  const across = placeItems(layered.items, layers, spaces);
  const ranks = placeRanks(nodes, rankOf, spaces);
  const routes: (readonly LayerPlace[] | undefined)[] = edges.map(() => undefined);
  known.forEach(({ edge }, link) => {
    if (back.has(link)) return;
    routes[edge] = (layered.bends[link] ?? []).flatMap((at): readonly LayerPlace[] => {
      const { middle, length } = ranks[layered.items[at]?.rank ?? 0] ?? { middle: 0, length: 0 };
      const place = across[at] ?? 0;
      return [-length / 2 - LEAD, -length / 2, length / 2, length / 2 + LEAD].map((by) => ({
        along: middle + by,
        across: place,
      }));
    });
  });
  return {
    nodes: new Map(
      nodes.map(({ id }, at) => [
        id,
        { along: ranks[rankOf[at] ?? 0]?.middle ?? 0, across: across[at] ?? 0 },
      ]),
    ),
    routes,
  };
}

interface Rank {
  readonly middle: number;
  readonly length: number;
}

/** Ranks one after the other, each as long as its longest node. */
function placeRanks(
  nodes: readonly LayerNode[],
  rankOf: Int32Array,
  { rank: gap, frame }: LayerSpaces,
): readonly Rank[] {
  const lengths: number[] = [];
  const frames = new Map<string, readonly [first: number, last: number]>();
  nodes.forEach(({ length, group }, at) => {
    const rank = rankOf[at] ?? 0;
    lengths[rank] = Math.max(lengths[rank] ?? 0, length);
    if (group === undefined) return;
    const [first, last] = frames.get(group) ?? [rank, rank];
    frames.set(group, [Math.min(first, rank), Math.max(last, rank)]);
  });
  const begins = new Set([...frames.values()].map(([first]) => first));
  const ends = new Set([...frames.values()].map(([, last]) => last + 1));
  let at = 0;
  return lengths.map((length, rank) => {
    if (rank > 0) at += gap + (begins.has(rank) ? frame : 0) + (ends.has(rank) ? frame : 0);
    const middle = at + length / 2;
    at += length;
    return { middle, length };
  });
}
