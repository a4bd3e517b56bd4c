import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { GraphShape } from '../../protocol/events/run.js';
import type { CompiledGraph, CompiledNode, CompiledRouter, FlowEdge, Region } from './compiled-graph.js';
import type { GraphDefinition } from './graph-definition.js';
import { createIndex, readEdges } from './graph-edges.js';
import { createLevels } from './graph-levels.js';
import { inputSchemaOf } from './input-schema.js';

/** Rounds of a loop whose graph sets no limit. */
const MAX_ITERATIONS = 100;

const invalid = (message: string): FleetglassError => new FleetglassError('GRAPH_INVALID', message);

/** Every forward edge is one that a depth-first walk does not find to lead back to where it is. */
function findBackEdges(
  count: number,
  roots: readonly number[],
  edgesOf: (node: number) => readonly FlowEdge[],
): Set<FlowEdge> {
  const back = new Set<FlowEdge>();
  const state = new Uint8Array(count);
  for (const root of roots) {
    if (state[root] !== 0) continue;
    const stack: { node: number; next: number }[] = [{ node: root, next: 0 }];
    state[root] = 1;
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const edge = edgesOf(top.node)[top.next];
      top.next += 1;
      if (!edge) {
        state[top.node] = 2;
        stack.pop();
      } else if (state[edge.to] === 1) {
        back.add(edge);
      } else if (state[edge.to] === 0) {
        state[edge.to] = 1;
        stack.push({ node: edge.to, next: 0 });
      }
    }
  }
  return back;
}

/**
 * Checks a declared graph and prepares it for execution.
 *
 * @throws FleetglassError `GRAPH_INVALID`
 */
export function compileGraph(definition: GraphDefinition): CompiledGraph {
  const end = definition.nodes.size + 1;
  const { names, indexOf } = createIndex(definition);
  const read = readEdges(definition, indexOf, end);
  const { depths, choices: chosen, sends, groups } = createLevels(read, names);

  const makeEdge = (kind: FlowEdge['kind'], from: number, to: number): FlowEdge => ({
    kind,
    from,
    to,
    told: Object.freeze({ from: names[from] ?? '', to: names[to] ?? '' }),
  });
  const flow: FlowEdge[][] = names.map(() => []);
  const add = (edge: FlowEdge): FlowEdge => {
    (flow[edge.from] as FlowEdge[]).push(edge);
    return edge;
  };
  const statics = read.edges
    .filter((edge) => edge.to !== end)
    .map((edge) => add(makeEdge('static', edge.from, edge.to)));
  const routed = read.routers.map((router, index) => {
    return {
      router,
      sent: sends[index] as ReadonlySet<number>,
      choices: [...(chosen[index] as ReadonlySet<number>)].map((to) =>
        add(makeEdge('choice', router.from, to)),
      ),
      groups: [...(groups[index] as ReadonlySet<number>)]
        .filter((to) => to !== end)
        .map((to) => add(makeEdge('group', router.from, to))),
    };
  });
  const roots = [0, ...sends.flatMap((set) => [...set])];
  const back = findBackEdges(names.length, roots, (node) => flow[node] ?? []);
  const forward = (edge: FlowEdge): boolean => !back.has(edge);

  const incoming: FlowEdge[][] = names.map(() => []);
  for (const edge of flow.flat()) if (forward(edge)) (incoming[edge.to] as FlowEdge[]).push(edge);

  const routersOf = (index: number): CompiledRouter[] =>
    routed
      .filter(({ router }) => router.from === index)
      .map(({ router, sent, choices, groups: opened }) => {
        const loop = opened.find((edge) => back.has(edge));
        if (loop) {
          throw invalid(
            `The send group of '${names[index] ?? ''}' is joined at '${names[loop.to] ?? ''}', which comes before it; join it at a later node and lead back from there.`,
          );
        }
        return {
          choose: router.choose,
          declared: router.targets !== undefined,
          choices: new Map(choices.filter(forward).map((edge) => [edge.to, edge])),
          loops: new Set(choices.filter((edge) => !forward(edge)).map((edge) => edge.to)),
          sends: sent,
          groups: new Map(opened.map((edge) => [edge.to, edge])),
          mayEnd: router.targets ? router.targets.some((target) => target.to === end) : depths[index] === 0,
        };
      });

  const nodes: CompiledNode[] = names.map((name, index) => {
    const own = statics.filter((edge) => edge.from === index);
    return {
      index,
      name,
      definition: definition.nodes.get(name),
      depth: depths[index] ?? 0,
      next: own.filter(forward),
      loops: own.filter((edge) => !forward(edge)).map((edge) => edge.to),
      ends: read.edges.some((edge) => edge.from === index && edge.to === end),
      routers: routersOf(index),
      joins: [...new Set(read.joins.filter((join) => join.from === index).map((join) => join.to))],
      incoming: incoming[index] ?? [],
    };
  });

  if (definition.maxIterations === undefined) refuseEndlessLoops(nodes);

  const regions = new Map<string, Region>();
  const region = (entries: readonly number[]): Region => {
    const key = entries.join();
    let found = regions.get(key);
    if (!found) regions.set(key, (found = reach(nodes, entries)));
    return found;
  };

  return {
    name: definition.name,
    nodes,
    start: nodes[0] as CompiledNode,
    end,
    reducers: definition.reducers,
    schema: definition.schema,
    maxIterations: definition.maxIterations ?? MAX_ITERATIONS,
    privatePrefixes: definition.privatePrefixes,
    branchPrefixes: definition.privatePrefixes.filter(
      (prefix) => (depths[indexOf(prefix.slice(0, -1))] ?? 0) > 0,
    ),
    shape: describe(nodes, end, inputSchemaOf(definition.schema)),
    indexOf: (name) => {
      const index = names.indexOf(name);
      return index < 0 ? undefined : index;
    },
    region,
  };
}

/** A loop that no condition is part of goes on until a limit ends it, so it needs one. */
function refuseEndlessLoops(nodes: readonly CompiledNode[]): void {
  const nameOf = (index: number): string => nodes[index]?.name ?? '';
  for (const node of nodes) {
    for (const to of node.loops) {
      const seen = new Set([to]);
      for (const index of seen) for (const edge of nodes[index]?.next ?? []) seen.add(edge.to);
      if (!seen.has(node.index)) continue;
      throw invalid(
        `The edge from '${node.name}' back to '${nameOf(to)}' closes a loop without a condition; make one of its edges conditional, or set maxIterations of the graph.`,
      );
    }
  }
}

/** Forward edges out of a node on its level. */
function forwardTargets(node: CompiledNode): number[] {
  return [
    ...node.next.map((edge) => edge.to),
    ...node.routers.flatMap((router) => [...router.choices.keys(), ...router.groups.keys()]),
  ];
}

function reach(nodes: readonly CompiledNode[], entries: readonly number[]): Region {
  const seen = new Uint8Array(nodes.length);
  const found: number[] = [];
  const joins = new Map<number, number>();
  const open = [...entries].reverse();
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen[index] === 1) continue;
    seen[index] = 1;
    found.push(index);
    const node = nodes[index] as CompiledNode;
    for (const join of node.joins) joins.set(join, (joins.get(join) ?? 0) + 1);
    open.push(...forwardTargets(node));
  }
  return { nodes: found, joins, has: (node) => seen[node] === 1 };
}

function describe(
  nodes: readonly CompiledNode[],
  end: number,
  inputSchema: GraphShape['inputSchema'],
): GraphShape {
  const edges: GraphShape['edges'][number][] = [];
  const nameOf = (index: number): string => (nodes[index] as CompiledNode).name;
  for (const node of nodes) {
    for (const to of [...node.next.map((edge) => edge.to), ...node.loops, ...(node.ends ? [end] : [])]) {
      edges.push({ from: node.name, to: nameOf(to) });
    }
    for (const to of node.joins) edges.push({ from: node.name, to: nameOf(to), join: true });
    const chosen = node.routers.flatMap((router) => [
      ...router.choices.keys(),
      ...router.loops,
      ...router.sends,
      // Without declared targets END is always possible; it is drawn only where nothing else follows.
      ...(router.mayEnd &&
      (router.declared || router.choices.size + router.loops.size + router.sends.size === 0)
        ? [end]
        : []),
    ]);
    for (const to of new Set(chosen)) edges.push({ from: node.name, to: nameOf(to), conditional: true });
  }
  return {
    nodes: nodes
      .filter((node) => node.definition)
      .map(({ name, definition }) => ({
        name,
        ...(definition?.options.agent === undefined ? {} : { agent: definition.options.agent }),
      })),
    edges,
    ...(inputSchema === undefined ? {} : { inputSchema }),
  };
}
