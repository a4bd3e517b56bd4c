import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Fields } from '../execution/ancestry.js';
import type { CompiledGraph, CompiledNode } from './compiled-graph.js';
import type { TaskContext } from '../calls/context.js';
import { END, isSend, send } from './graph-definition.js';
import type { GraphDefinition, NodeDefinition, Send } from './graph-definition.js';
import type { Reducer } from './reducer.js';

/** A graph that is a node of another one. */
export interface SubgraphDefinition {
  readonly graph: { compile(): CompiledGraph };
  /** Its input. */
  readonly input: (state: object) => unknown;
  /** What the outer state takes over from its final state. */
  readonly output: (state: object) => unknown;
  /** Checks its input by the schema that it declares. */
  readonly read: (graph: CompiledGraph, input: unknown) => Promise<Fields>;
}

const INNER = '/';

/** Names of a subgraph's nodes and state fields begin with its own name, so that nothing of it meets the outer graph. */
function createNamespace(subgraph: string) {
  const prefix = subgraph + INNER;
  return {
    prefix,
    exit: `${prefix}end`,
    wrap: (fields: Fields): Fields =>
      Object.fromEntries(Object.entries(fields).map(([field, value]) => [prefix + field, value])),
    unwrap: (fields: Fields): Fields => {
      const own: Record<string, unknown> = {};
      for (const field of Object.keys(fields)) {
        if (field.startsWith(prefix)) own[field.slice(prefix.length)] = fields[field];
      }
      return own;
    },
  };
}

type Namespace = ReturnType<typeof createNamespace>;

function innerNode(
  { wrap, unwrap, prefix }: Namespace,
  { name, run, options, replaces }: NodeDefinition,
): NodeDefinition {
  const { title } = options;
  return {
    name: prefix + name,
    async run(state, ctx: TaskContext) {
      const update = await run(unwrap(state as Fields), ctx);
      return update === undefined || update === null ? undefined : wrap(update as Fields);
    },
    options: title ? { ...options, title: (state: object) => title(unwrap(state as Fields)) } : options,
    ...(replaces === undefined ? {} : { replaces }),
  };
}

/** Renames what an inner conditional edge chooses; END leads to the subgraph's end. */
function innerChoice(namespace: Namespace, choice: unknown): unknown {
  const { prefix, exit, wrap } = namespace;
  if (Array.isArray(choice)) return choice.map((item) => innerChoice(namespace, item));
  if (isSend(choice)) return send(prefix + choice.node, wrap(choice.input as Fields));
  return choice === END ? exit : typeof choice === 'string' ? prefix + choice : choice;
}

function innerRouters(
  namespace: Namespace,
  graph: CompiledGraph,
  from: string,
  node: CompiledNode,
): GraphDefinition['routers'][number][] {
  const { prefix, exit, unwrap } = namespace;
  const nameOf = (index: number): string =>
    index === graph.end ? exit : prefix + (graph.nodes[index]?.name ?? '');
  return node.routers.map((router) => ({
    from,
    choose: async (state) => innerChoice(namespace, await router.choose(unwrap(state as Fields))),
    targets: [
      ...[...router.choices.keys(), ...router.loops].map(nameOf),
      ...[...router.sends].map((index): Send => send(nameOf(index))),
      ...(router.mayEnd ? [exit] : []),
    ],
  }));
}

/**
 * Puts the nodes of subgraphs in their place: an entry of the subgraph's name that fills its private state, its nodes,
 * and an end that gives its result back. What remains is one graph without subgraphs.
 *
 * @throws FleetglassError `GRAPH_INVALID`
 */
export function expandSubgraphs(
  definition: GraphDefinition,
  subgraphs: ReadonlyMap<string, SubgraphDefinition>,
): GraphDefinition {
  if (subgraphs.size === 0) return definition;
  const nodes = new Map<string, NodeDefinition>();
  const edges: GraphDefinition['edges'][number][] = [];
  const joins: GraphDefinition['joins'][number][] = [];
  const routers: GraphDefinition['routers'][number][] = [];
  const reducers: Record<string, Reducer<unknown> | undefined> = { ...definition.reducers };
  const exits = new Map<string, string>();
  const privatePrefixes: string[] = [];

  for (const [name, node] of definition.nodes) {
    const subgraph = subgraphs.get(name);
    if (!subgraph) {
      nodes.set(name, node);
      continue;
    }
    const inner = subgraph.graph.compile();
    const namespace = createNamespace(name);
    const { prefix, exit, wrap, unwrap } = namespace;
    exits.set(name, exit);
    privatePrefixes.push(prefix, ...inner.privatePrefixes.map((own) => prefix + own));
    nodes.set(name, {
      name,
      options: node.options,
      replaces: true,
      async run(state) {
        const input = wrap(await subgraph.read(inner, subgraph.input(state)));
        // What an earlier round through it left is not seen again.
        const stale = Object.keys(state).filter((field) => field.startsWith(prefix));
        return { ...Object.fromEntries(stale.map((field) => [field, null])), ...input };
      },
    });
    const nameOf = (index: number): string =>
      index === 0 ? name : index === inner.end ? exit : prefix + (inner.nodes[index] as CompiledNode).name;
    for (const innermost of inner.nodes) {
      if (innermost.index === inner.end) continue;
      if (innermost.definition) {
        const own = innerNode(namespace, innermost.definition);
        nodes.set(own.name, own);
      }
      const from = nameOf(innermost.index);
      const to = [...innermost.next.map((edge) => edge.to), ...innermost.loops];
      for (const index of to) edges.push({ from, to: nameOf(index) });
      for (const index of innermost.joins) joins.push({ from, to: nameOf(index) });
      routers.push(...innerRouters(namespace, inner, from, innermost));
      const isLast = to.length + innermost.joins.length + innermost.routers.length === 0;
      if (isLast && innermost.depth > 0) {
        throw new FleetglassError(
          'GRAPH_INVALID',
          `Subgraph '${name}' sends to '${innermost.name}' and never joins it; close the group with addJoin('${innermost.name}', END).`,
        );
      }
      if (innermost.ends || isLast) edges.push({ from, to: exit });
    }
    nodes.set(exit, { name: exit, options: {}, run: (state) => subgraph.output(unwrap(state as Fields)) });
    for (const [field, reducer] of Object.entries(inner.reducers)) reducers[prefix + field] = reducer;
  }

  const leaving = (from: string): string => exits.get(from) ?? from;
  for (const { from, to } of definition.edges) edges.push({ from: leaving(from), to });
  for (const { from, to } of definition.joins) joins.push({ from: leaving(from), to });
  for (const router of definition.routers) routers.push({ ...router, from: leaving(router.from) });
  return { ...definition, nodes, edges, joins, routers, reducers, privatePrefixes };
}
