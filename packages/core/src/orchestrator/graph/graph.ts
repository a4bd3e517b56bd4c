import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { GraphShape } from '../../protocol/events/run.js';
import type { CompiledGraph } from './compiled-graph.js';
import { compileGraph } from './compile-graph.js';
import { readInput } from './graph-input.js';
import { mermaidOf } from './mermaid.js';
import { expandSubgraphs } from './subgraph.js';
import type { SubgraphDefinition } from './subgraph.js';
import type {
  GraphDefinition,
  NodeDefinition,
  NodeFunction,
  NodeOptions,
  Router,
  Send,
  StateSchema,
} from './graph-definition.js';
import { END, START } from './graph-definition.js';
import type { Reducer } from './reducer.js';

/** The state of a graph: its schema, its reducers and its name. */
export interface StateGraphOptions<Input, State extends object> {
  /** Name that runs carry and under which they are recovered. @default 'graph' */
  readonly name?: string;
  /** Without a schema the input of a run is taken as it is. */
  readonly state?: StateSchema<Input, State>;
  /** How fields take updates; one without a reducer is replaced, and two overlapping tasks may not both write it. */
  readonly reducers?: { readonly [K in keyof State]?: Reducer<Exclude<State[K], undefined>> };
  /**
   * Times that a run may go back along edges of a loop on one way through it. Required where an edge without a
   * condition leads back.
   *
   * @default 100
   */
  readonly maxIterations?: number;
}

/** How a subgraph meets the graph around it. */
export interface SubgraphOptions<State extends object, InnerInput, Inner extends object> {
  /** Its input, from the state around it. */
  readonly input: (state: Readonly<State>) => NoInfer<InnerInput>;
  /** Fields of the state around it that its final state changes. */
  readonly output: (state: Readonly<NoInfer<Inner>>) => Partial<State>;
}

/**
 * A declared graph of work. Nodes are tasks-to-be, edges say what follows what; `addConditionalEdges` chooses at run
 * time and fans out with {@link send}; `addJoin` closes a fan-out. Nothing waits for what it does not depend on: a
 * task starts as soon as each of its incoming edges is answered and at least one of them was taken.
 *
 * @example
 * const graph = new StateGraph({ state: z.object({ files: z.array(z.string()), notes: z.array(z.string()).default([]) }), reducers: { notes: append } })
 *   .addNode('review', async (state: { file: string }) => ({ notes: [`read ${state.file}`] }))
 *   .addNode('report', async (state) => ({ notes: [`${state.notes.length} notes`] }))
 *   .addConditionalEdges(START, (state) => state.files.map((file) => send('review', { file })))
 *   .addJoin('review', 'report')
 */
export class StateGraph<State extends object, Input = Partial<State>, Nodes extends string = never> {
  /** Only for the compiler: the type of a run's input. */
  declare readonly Input: Input;
  /** Only for the compiler: the type of the state. */
  declare readonly State: State;

  readonly name: string;
  readonly #nodes = new Map<string, NodeDefinition>();
  readonly #edges: GraphDefinition['edges'][number][] = [];
  readonly #joins: GraphDefinition['joins'][number][] = [];
  readonly #routers: GraphDefinition['routers'][number][] = [];
  readonly #options: StateGraphOptions<Input, State>;
  readonly #subgraphs = new Map<string, SubgraphDefinition>();
  #compiled: CompiledGraph | undefined;

  constructor(options: StateGraphOptions<Input, State> = {}) {
    this.#options = options;
    this.name = options.name ?? 'graph';
  }

  /**
   * @typeParam Sent fields that a {@link send} adds to the state; inferred from the function's first parameter
   * @throws FleetglassError `GRAPH_INVALID` when the name is taken or reserved
   */
  addNode<N extends string, Sent extends object = object>(
    name: N,
    fn: NodeFunction<State & Sent, Partial<State>>,
    options: NodeOptions<State & Sent> = {},
    // The name is added to the type, which `this` would not do.
    // eslint-disable-next-line @typescript-eslint/prefer-return-this-type
  ): StateGraph<State, Input, Nodes | N> {
    if (name === START || name === END || name === '') {
      throw new FleetglassError('GRAPH_INVALID', `A node cannot be called '${name}'; choose another name.`);
    }
    if (this.#nodes.has(name))
      throw new FleetglassError('GRAPH_INVALID', `There are two nodes called '${name}'.`);
    this.#nodes.set(name, {
      name,
      run: fn as NodeDefinition['run'],
      options: options as NodeOptions,
    });
    this.#compiled = undefined;
    return this;
  }

  /**
   * Puts a whole graph in the place of a node. It has a state of its own, whose fields meet nothing outside; its tasks
   * and fields carry the name before their own, as in `research/plan`. It takes part in everything that the outer graph
   * does: recovery, forks, limits and loops.
   *
   * @throws FleetglassError `GRAPH_INVALID` when the name is taken or reserved
   */
  addSubgraph<N extends string, Inner extends object, InnerInput, InnerNodes extends string>(
    name: N,
    graph: StateGraph<Inner, InnerInput, InnerNodes>,
    options: SubgraphOptions<State, InnerInput, Inner>,
  ): StateGraph<State, Input, Nodes | N> {
    const entry = this.addNode(name, () => undefined);
    this.#subgraphs.set(name, {
      graph,
      input: options.input as (state: object) => unknown,
      output: options.output as (state: object) => unknown,
      read: readInput,
    });
    return entry;
  }

  /** `to` follows `from`; a node with several incoming edges waits for all of them. */
  addEdge(from: Nodes | typeof START, to: Nodes | typeof END): this {
    this.#edges.push({ from, to });
    this.#compiled = undefined;
    return this;
  }

  /**
   * What follows `from` is chosen by its state when it has finished.
   *
   * @param targets every node that may be chosen, `send(node)` for those that are sent to. Without it these may be:
   * nodes that nothing else leads to, nodes on the way to `from` (a loop), and {@link END}
   */
  addConditionalEdges<Sent extends object = object>(
    from: Nodes | typeof START,
    choose: Router<State & Sent, Nodes | typeof END>,
    targets?: readonly (Nodes | typeof END | Send<Nodes>)[],
  ): this {
    this.#routers.push({ from, choose: choose as (state: object) => unknown, targets });
    this.#compiled = undefined;
    return this;
  }

  /**
   * Closes the innermost send group: `next` runs once when every branch has passed `last` or ended, also when the group
   * is empty or a branch was skipped. Its reducers see the branches' values in the order of the sends.
   */
  addJoin(last: Nodes, next: Nodes | typeof END): this {
    this.#joins.push({ from: last, to: next });
    this.#compiled = undefined;
    return this;
  }

  /**
   * Checks the whole graph; starting a run does it too.
   *
   * @throws FleetglassError `GRAPH_INVALID` naming the nodes concerned
   */
  compile(): CompiledGraph {
    const definition: GraphDefinition = {
      name: this.name,
      nodes: this.#nodes,
      edges: this.#edges,
      joins: this.#joins,
      routers: this.#routers,
      reducers: (this.#options.reducers ?? {}) as GraphDefinition['reducers'],
      schema: this.#options.state,
      maxIterations: this.#options.maxIterations,
      privatePrefixes: [],
    };
    this.#compiled ??= compileGraph(expandSubgraphs(definition, this.#subgraphs));
    return this.#compiled;
  }

  /** Nodes and possible edges as JSON, for drawing. @throws FleetglassError `GRAPH_INVALID` */
  describe(): GraphShape {
    return this.compile().shape;
  }

  /** The same as a Mermaid flowchart; edges that a condition chooses are dotted. @throws FleetglassError `GRAPH_INVALID` */
  toMermaid(): string {
    return mermaidOf(this.describe());
  }
}
