/** Edges that close a cycle, and how far from the beginning each node stands. */
export interface Ranks {
  readonly rankOf: Int32Array;
  /** Indexes of the edges that lead back, to their own node too. */
  readonly back: ReadonlySet<number>;
}

/** An edge between nodes, by their indexes. */
export type Link = readonly [from: number, to: number];

/**
 * Ranks nodes so that each edge leads onwards, over as few ranks as its ends allow: the longest way from the beginning,
 * then whatever leads to more than leads to it moves towards what it leads to.
 */
export function rankNodes(count: number, links: readonly Link[]): Ranks {
  const leaving: number[][] = Array.from({ length: count }, () => []);
  links.forEach(([from], link) => leaving[from]?.push(link));
  const { order, back } = sortNodes(count, links, leaving);
  const rankOf = new Int32Array(count);
  const incoming = new Int32Array(count);
  const onwards = (node: number): readonly number[] =>
    (leaving[node] ?? []).filter((link) => !back.has(link)).map((link) => links[link]?.[1] ?? 0);
  for (const node of order) {
    for (const to of onwards(node)) {
      rankOf[to] = Math.max(rankOf[to] ?? 0, (rankOf[node] ?? 0) + 1);
      incoming[to] = (incoming[to] ?? 0) + 1;
    }
  }
  for (const node of [...order].reverse()) {
    const next = onwards(node);
    if (next.length <= (incoming[node] ?? 0)) continue;
    rankOf[node] = next.reduce((least, to) => Math.min(least, rankOf[to] ?? 0), Number.MAX_SAFE_INTEGER) - 1;
  }
  const used = [...new Set(rankOf)].sort((a, b) => a - b);
  const place = new Map(used.map((rank, at) => [rank, at]));
  return { rankOf: rankOf.map((rank) => place.get(rank) ?? 0), back };
}

/** Nodes before those that they lead to, found depth first in the given order; an edge to a node under way leads back. */
function sortNodes(
  count: number,
  links: readonly Link[],
  leaving: readonly (readonly number[])[],
): { readonly order: readonly number[]; readonly back: ReadonlySet<number> } {
  const seen = new Uint8Array(count);
  const back = new Set<number>();
  const left: number[] = [];
  for (let first = 0; first < count; first += 1) {
    if (seen[first]) continue;
    seen[first] = 1;
    const way = [{ node: first, next: 0 }];
    for (let here = way.at(-1); here; here = way.at(-1)) {
      const link = leaving[here.node]?.[here.next];
      here.next += 1;
      if (link === undefined) {
        seen[here.node] = 2;
        left.push(here.node);
        way.pop();
        continue;
      }
      const to = links[link]?.[1] ?? 0;
      if (seen[to] === 1) back.add(link);
      if (seen[to]) continue;
      seen[to] = 1;
      way.push({ node: to, next: 0 });
    }
  }
  return { order: left.reverse(), back };
}
