import type { GraphShape } from '../protocol/events/run.js';
import type { FleetState, RunState, TaskState } from '../projection/state.js';
import { agentKey, taskKey } from '../projection/keys.js';
import { selectAgents } from './agents.js';
import { createKeep, once } from './keep.js';
import { rowsOf } from './runs.js';

/** Names of a graph's beginning and end, as a `GraphShape` writes them. */
export const GRAPH_START = '__start__';
/** Id of the node at which a graph ends. */
export const GRAPH_END = '__end__';

/** A node of a graph that is drawn. */
export interface GraphNode {
  /** Its name; in a derived graph the name of a node, an agent or a task. */
  readonly id: string;
  readonly kind: 'start' | 'end' | 'node';
  /** Its name without the subgraph's; of an agent what it is called. */
  readonly name: string;
  readonly agent?: string;
  /** Subgraph that it belongs to. */
  readonly group?: string;
}

/** An edge of a graph that is drawn. */
export interface GraphEdge {
  /** As it is counted in `RunState.edges`. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** A function chooses it. */
  readonly conditional: boolean;
  /** It is taken once for a whole fan-out. */
  readonly join: boolean;
  /** It leads back: taking it begins another iteration. */
  readonly back: boolean;
}

/** What is drawn of a graph: changes only when a node or an edge appears. */
export interface RunGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** No graph was declared: nodes and edges follow from tasks, agents and the edges taken. */
  readonly derived: boolean;
}

const SEPARATOR = '→';

/** Name under which `RunState.edges` counts an edge. */
export const graphEdgeId = (from: string, to: string): string => from + SEPARATOR + to;

interface Ends {
  readonly from: string;
  readonly to: string;
  readonly conditional?: boolean | undefined;
  readonly join?: boolean | undefined;
}

/** Collects nodes and edges, each once, in the order of their first mention. */
function createSketch() {
  const nodes = new Map<
    string,
    { readonly agent: string | undefined; readonly called?: string | undefined }
  >();
  const edges = new Map<string, Ends>();
  const addNode = (id: string, agent?: string, called?: string): void => {
    if (nodes.get(id)?.agent === undefined) nodes.set(id, { agent, called: called ?? nodes.get(id)?.called });
  };
  const addEdge = (edge: Ends): void => {
    const id = graphEdgeId(edge.from, edge.to);
    if (edges.has(id)) return;
    addNode(edge.from);
    addNode(edge.to);
    edges.set(id, edge);
  };
  return {
    nodes,
    addNode,
    addEdge,
    finish(derived: boolean): RunGraph {
      const back = backEdges([...nodes.keys()], [...edges.values()]);
      return {
        nodes: [...nodes].map(([id, { agent, called }]) => nodeOf(id, agent, called)),
        edges: [...edges].map(([id, { from, to, conditional = false, join = false }]) => ({
          id,
          from,
          to,
          conditional,
          join,
          back: back.has(id),
        })),
        derived,
      };
    },
  };
}

type Sketch = ReturnType<typeof createSketch>;

function nodeOf(id: string, agent: string | undefined, called?: string): GraphNode {
  if (id === GRAPH_START) return { id, kind: 'start', name: id };
  if (id === GRAPH_END) return { id, kind: 'end', name: id };
  if (called !== undefined) return { id, kind: 'node', name: called };
  // `outer/inner` is the node `inner` of the subgraph `outer`; a path that begins or ends so is a name.
  const slash = id.lastIndexOf('/');
  const inner = slash > 0 && slash < id.length - 1 ? { group: id.slice(0, slash) } : {};
  const name = 'group' in inner ? id.slice(slash + 1) : id;
  return { id, kind: 'node', name, ...inner, ...(agent === undefined ? {} : { agent }) };
}

/** Edges to a node that the way to them came through, from the beginning on and in the order of mention. */
function backEdges(ids: readonly string[], edges: readonly Ends[]): ReadonlySet<string> {
  const leaving = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const targets = leaving.get(from);
    if (targets) targets.push(to);
    else leaving.set(from, [to]);
  }
  const back = new Set<string>();
  const done = new Set<string>();
  const onWay = new Set<string>();
  for (const root of [GRAPH_START, ...ids]) {
    // Without recursion: a chain may be deeper than the stack.
    const way: { readonly id: string; next: number }[] = [];
    const enter = (id: string): void => {
      onWay.add(id);
      way.push({ id, next: 0 });
    };
    if (!done.has(root)) enter(root);
    for (let last = way.at(-1); last; last = way.at(-1)) {
      const to = leaving.get(last.id)?.[last.next];
      last.next += 1;
      if (to === undefined) {
        done.add(last.id);
        onWay.delete(last.id);
        way.pop();
      } else if (onWay.has(to)) back.add(graphEdgeId(last.id, to));
      else if (!done.has(to)) enter(to);
    }
  }
  return back;
}

function sketchOf(shape: GraphShape): Sketch {
  const sketch = createSketch();
  if (shape.edges.some(({ from }) => from === GRAPH_START)) sketch.addNode(GRAPH_START);
  for (const { name, agent } of shape.nodes) sketch.addNode(name, agent);
  for (const edge of shape.edges) sketch.addEdge(edge);
  return sketch;
}

/** A declared graph, before or without a run. The same object for the same shape. */
export const graphOfShape: (shape: GraphShape) => RunGraph = once((shape) => sketchOf(shape).finish(false));

/** An edge's ends; where the names hold the separator themselves, those that are known count. */
function endsOf(id: string, known: ReadonlyMap<string, unknown>): Ends | undefined {
  const first = id.indexOf(SEPARATOR);
  if (first < 0) return undefined;
  for (let at = first; at >= 0; at = id.indexOf(SEPARATOR, at + 1)) {
    const [from, to] = [id.slice(0, at), id.slice(at + SEPARATOR.length)];
    if (known.has(from) && known.has(to)) return { from, to };
  }
  return { from: id.slice(0, first), to: id.slice(first + SEPARATOR.length) };
}

/** Node under which a task is drawn. */
export const graphNodeIdOf = ({ node, agentId, name }: TaskState): string => node ?? agentId ?? name;

function addTaken(sketch: Sketch, run: RunState): void {
  for (const id of Object.keys(run.edges)) {
    const ends = endsOf(id, sketch.nodes);
    if (ends) sketch.addEdge(ends);
  }
}

/** Nodes from tasks and agents; edges from the edges taken, from a task's parent, and else from an agent's. */
function derive(state: FleetState, run: RunState): RunGraph {
  const sketch = createSketch();
  const tasks = [...rowsOf(run.tasks, state.tasks)];
  const worked = new Set<string>();
  const nameOf = (agentId: string): string | undefined => state.agents.get(agentKey(run.id, agentId))?.name;
  for (const task of tasks) {
    if (task.node !== undefined) sketch.addNode(task.node, task.agentId);
    else if (task.agentId !== undefined) sketch.addNode(task.agentId, undefined, nameOf(task.agentId));
    else sketch.addNode(task.name);
    if (task.agentId !== undefined) worked.add(task.agentId);
  }
  const agents = selectAgents(state, run.id);
  for (const agent of agents) if (!worked.has(agent.id)) sketch.addNode(agent.id, undefined, agent.name);
  addTaken(sketch, run);
  const reached = new Set<string>();
  for (const task of tasks) {
    if (task.parentTaskId === undefined) continue;
    const parent = state.tasks.get(taskKey(run.id, task.parentTaskId));
    if (!parent) continue;
    const [from, to] = [graphNodeIdOf(parent), graphNodeIdOf(task)];
    if (from === to) continue;
    sketch.addEdge({ from, to });
    reached.add(to);
  }
  for (const agent of agents) {
    if (agent.parentAgentId === undefined || reached.has(agent.id)) continue;
    const parent = state.agents.get(agentKey(run.id, agent.parentAgentId));
    if (!parent || parent.id === agent.id) continue;
    if (sketch.nodes.has(parent.id) && sketch.nodes.has(agent.id)) {
      sketch.addEdge({ from: parent.id, to: agent.id });
    }
  }
  return sketch.finish(true);
}

const keepNodeIds = createKeep<readonly string[]>();
const keepEdgeIds = createKeep<readonly string[]>();
const shown = new WeakMap<
  readonly string[],
  { readonly edges: readonly string[]; readonly graph: RunGraph }
>();

/** Gives a graph that says the same as the last one its identity. */
function keep(runId: string, graph: RunGraph): RunGraph {
  const nodes = keepNodeIds(
    runId,
    graph.nodes.map(({ id, name, agent = '' }) => `${id}\n${agent}\n${name}`),
  );
  const edges = keepEdgeIds(
    runId,
    graph.edges.map(({ id, conditional, join, back }) => `${id}\n${conditional}${join}${back}`),
  );
  const last = shown.get(nodes);
  const same = last?.edges === edges && last.graph.derived === graph.derived ? last.graph : graph;
  shown.set(nodes, { edges, graph: same });
  return same;
}

/**
 * The graph of a run: the declared one, with whatever was taken besides, or one that is derived from tasks, agents and
 * the edges taken. `undefined` for an unknown run. The same object while no node or edge appears.
 */
export function selectRunGraph(state: FleetState, runId: string): RunGraph | undefined {
  const run = state.runs.get(runId);
  if (!run) return undefined;
  if (!run.graph) return keep(runId, derive(state, run));
  const declared = graphOfShape(run.graph);
  const known = new Set(declared.edges.map(({ id }) => id));
  const named = new Set(declared.nodes.map(({ id }) => id));
  const isComplete =
    Object.keys(run.edges).every((edge) => known.has(edge)) &&
    [...rowsOf(run.tasks, state.tasks)].every(({ node }) => node === undefined || named.has(node));
  if (isComplete) return declared;
  const sketch = sketchOf(run.graph);
  for (const task of rowsOf(run.tasks, state.tasks))
    if (task.node !== undefined) sketch.addNode(task.node, task.agentId);
  addTaken(sketch, run);
  return keep(runId, sketch.finish(false));
}
