import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { ReadEdges } from './graph-edges.js';

/** How deep inside send groups each node is, and what each conditional edge sends to and where its groups are joined. */
export interface Levels {
  readonly depths: readonly number[];
  /** By conditional edge: nodes that it may lead to on its own level, END aside. */
  readonly choices: readonly ReadonlySet<number>[];
  /** By conditional edge: nodes that it sends to. */
  readonly sends: readonly ReadonlySet<number>[];
  /** By conditional edge: nodes at which its send groups are joined. */
  readonly groups: readonly ReadonlySet<number>[];
}

const invalid = (message: string): FleetglassError => new FleetglassError('GRAPH_INVALID', message);

/**
 * @param names node names by index: START first, END last
 * @throws FleetglassError `GRAPH_INVALID` for a node that cannot be reached, that is inside a send group and outside
 * of it, or an edge that leaves a group without joining it
 */
export function createLevels(read: ReadEdges, names: readonly string[]): Levels {
  const end = names.length - 1;
  const nameOf = (index: number): string => names[index] ?? '';
  const outOf = names.map((_, index) => ({
    edges: read.edges.filter((edge) => edge.from === index).map((edge) => edge.to),
    joins: read.joins.filter((join) => join.from === index).map((join) => join.to),
    routers: read.routers.flatMap((router, at) => (router.from === index ? [{ ...router, at }] : [])),
  }));
  type Out = (typeof outOf)[number];
  const out = (index: number): Out => outOf[index] as Out;

  // Groups that have to be left on the way out of a node, as far as edges without a choice tell.
  const needs = new Map<number, number>();
  const need = (index: number): number => {
    const known = needs.get(index);
    if (known !== undefined) return known;
    needs.set(index, 0);
    const { edges, joins, routers } = out(index);
    const sent = routers.flatMap((router) => router.targets?.filter((target) => target.sent) ?? []);
    const value = Math.max(
      0,
      ...edges.map(need),
      ...joins.map((to) => need(to) + 1),
      ...sent.map(({ to }) => need(to) - 1),
    );
    needs.set(index, value);
    return value;
  };
  const isLeaf = (index: number): boolean => {
    const { edges, joins, routers } = out(index);
    return index !== end && edges.length + joins.length + routers.length === 0;
  };

  const depths: (number | undefined)[] = names.map(() => undefined);
  const via: string[] = [];
  const choices = read.routers.map(() => new Set<number>());
  const sends = read.routers.map(() => new Set<number>());
  const open: number[] = [0];
  depths[0] = 0;

  const visit = (to: number, depth: number, from: number): void => {
    if (to === end) {
      if (depth === 0) return;
      throw invalid(
        `The edge from '${nameOf(from)}' to END leaves a send group; close the group with addJoin('${nameOf(from)}', END) or join it earlier.`,
      );
    }
    const known = depths[to];
    if (known === undefined) {
      depths[to] = depth;
      via[to] = nameOf(from);
      open.push(to);
    } else if (known !== depth) {
      const [inside, outside] = known > depth ? [via[to] ?? '', nameOf(from)] : [nameOf(from), via[to] ?? ''];
      throw invalid(
        `'${nameOf(to)}' is reached inside a send group, from '${inside}', and outside of it, from '${outside}'. Only addJoin('${inside}', '${nameOf(to)}') leaves a group.`,
      );
    }
  };

  for (let index = open.shift(); index !== undefined; index = open.shift()) {
    const depth = depths[index] ?? 0;
    const { edges, joins, routers } = out(index);
    for (const to of edges) visit(to, depth, index);
    for (const to of joins) {
      if (depth === 0) {
        throw invalid(
          `addJoin('${nameOf(index)}', '${nameOf(to)}') closes no send group: '${nameOf(index)}' is not inside one. Use addEdge, or declare who sends to it: addConditionalEdges(from, choose, [send('${nameOf(index)}')]).`,
        );
      }
      visit(to, depth - 1, index);
    }
    for (const { targets, at } of routers) {
      for (const { to, sent } of targets ?? read.orphans.map((orphan) => ({ to: orphan, sent: false }))) {
        const isSent = sent || (to !== end && (need(to) > depth || (!targets && isLeaf(to))));
        const level = isSent ? depth + 1 : depth;
        // A guessed target is none where the guess does not fit.
        if (!targets && (to === index || (depths[to] ?? level) !== level)) continue;
        visit(to, level, index);
        if (to !== end) (isSent ? sends : choices)[at]?.add(to);
      }
    }
  }

  const unreachable = names.filter((_, index) => index !== end && depths[index] === undefined);
  if (unreachable.length > 0) {
    throw invalid(`No edge leads from START to ${unreachable.map((name) => `'${name}'`).join(', ')}.`);
  }
  if (out(0).edges.length + out(0).routers.length === 0)
    throw invalid('No edge leaves START; add one to the first node.');

  const joinedAt = (entry: number, depth: number): Set<number> => {
    const seen = new Set<number>();
    const found = new Set<number>();
    const walk = [entry];
    for (let index = walk.pop(); index !== undefined; index = walk.pop()) {
      if (seen.has(index)) continue;
      seen.add(index);
      const { edges, joins, routers } = out(index);
      if (depths[index] === depth) for (const to of joins) found.add(to);
      const next = [
        ...edges,
        ...joins,
        ...routers.flatMap(({ at }) => [...(choices[at] as Set<number>), ...(sends[at] as Set<number>)]),
      ];
      for (const to of next) if (to !== end && (depths[to] ?? 0) >= depth) walk.push(to);
    }
    return found;
  };

  return {
    depths: depths.map((depth) => depth ?? 0),
    choices,
    sends,
    groups: read.routers.map((router, at) => {
      const depth = (depths[router.from] ?? 0) + 1;
      return new Set([...(sends[at] as Set<number>)].flatMap((to) => [...joinedAt(to, depth)]));
    }),
  };
}
