import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { GraphDefinition } from './graph-definition.js';
import { END, START } from './graph-definition.js';

const invalid = (message: string): FleetglassError => new FleetglassError('GRAPH_INVALID', message);

/** Names to numbers: START is 0, END is the last. */
export function createIndex(definition: GraphDefinition): {
  names: string[];
  indexOf: (name: string) => number;
} {
  const names = [START, ...definition.nodes.keys(), END];
  const byName = new Map(names.map((name, index) => [name, index]));
  return {
    names,
    indexOf(name) {
      const index = byName.get(name);
      if (index === undefined)
        throw invalid(`An edge names '${name}', but there is no such node; add it with addNode.`);
      return index;
    },
  };
}

/** Edges between numbers, with targets of undeclared conditional edges filled in. */
export function readEdges(definition: GraphDefinition, indexOf: (name: string) => number, end: number) {
  const known = new Set<string>();
  const edges: { from: number; to: number }[] = [];
  for (const { from, to } of definition.edges) {
    if (from === END) throw invalid(`An edge leaves END, to '${to}'.`);
    if (to === START) throw invalid(`An edge from '${from}' leads to START; lead it to a node.`);
    const key = JSON.stringify([from, to]);
    if (known.has(key)) continue;
    known.add(key);
    edges.push({ from: indexOf(from), to: indexOf(to) });
  }
  const joins = definition.joins.map(({ from, to }) => {
    if (from === START || from === END || to === START) {
      throw invalid(`A join leads from '${from}' to '${to}'; it must lead from a node to a node or END.`);
    }
    return { from: indexOf(from), to: indexOf(to) };
  });
  const led = new Set<number>([...edges, ...joins].map((edge) => edge.to));
  const routers = definition.routers.map((router) => {
    if (router.from === END) throw invalid('A conditional edge leaves END.');
    const targets = router.targets?.map((target) =>
      typeof target === 'string'
        ? { to: indexOf(target), sent: false }
        : { to: indexOf(target.node), sent: true },
    );
    if (targets && targets.length === 0)
      throw invalid(`The conditional edge of '${router.from}' declares no target.`);
    for (const target of targets ?? []) {
      if (target.to === 0 || (target.sent && target.to === end)) {
        throw invalid(`The conditional edge of '${router.from}' cannot lead to START, nor send to END.`);
      }
      led.add(target.to);
    }
    return { from: indexOf(router.from), choose: router.choose, targets };
  });
  const orphans = Array.from({ length: end - 1 }, (_, index) => index + 1).filter((node) => !led.has(node));
  return { edges, joins, routers, orphans };
}

export type ReadEdges = ReturnType<typeof readEdges>;
