import type { EdgeTakenData } from '../../protocol/events/control.js';
import type { BranchPath, Fields, Moment, View } from './ancestry.js';
import type { CompiledGraph, CompiledNode, Region } from '../graph/compiled-graph.js';

/** What one conditional edge chose, by node index. */
export interface Chosen {
  readonly targets: readonly number[];
  /** A send group, also an empty one. */
  readonly sends?: readonly { readonly to: number; readonly input: Fields }[];
}

/** One activation of a node: waits for its incoming edges, then becomes a task or is skipped. */
export interface Slot {
  readonly node: CompiledNode;
  readonly scope: Scope;
  /** Incoming edges that are not answered yet. */
  pending: number;
  taken: boolean;
  activated: boolean;
  parents: Moment[];
  /** Place in its fan-out, for the task that a send started. */
  readonly branch: { readonly index: number; readonly of: number } | undefined;
}

export interface Group {
  /** Scope of the sender. */
  readonly scope: Scope;
  readonly sender: Moment;
  /** Joins by node; END has one without a slot. */
  readonly joins: Map<number, { readonly slot: Slot | undefined; left: number; taken: Map<number, number> }>;
}

/** The tokens of one iteration inside one branch. */
export interface Scope {
  readonly slots: Map<number, Slot>;
  /** Nodes whose slots are here; those of other nodes are in `outer`. */
  readonly own: Region;
  readonly outer: Scope | undefined;
  /** Nodes that can run here at all. */
  readonly has: (node: number) => boolean;
  readonly group: Group | undefined;
  readonly path: BranchPath;
  readonly iteration: number;
}

/** Is told what follows from a task's end, in order. */
export interface TokenSink {
  /** An edge was taken; the object is shared, it may not be changed. */
  taken(edge: EdgeTakenData): void;
  ready(slot: Slot): void;
  skipped(slot: Slot): void;
}

/**
 * The token rules of a run, without time, tasks or storage: the same outcomes in the same order have the same
 * consequences,
 * which is how a run is rebuilt after a crash.
 */
export interface Tokens {
  begin(input: Fields, chosen: readonly Chosen[]): void;
  /** State that the slot's task sees. */
  view(slot: Slot): View;
  /**
   * The task wrote `writes` and its conditional edges chose `chosen`, in the order of their declaration.
   *
   * @param patch fields that a fork replaced right after
   */
  finish(slot: Slot, view: View, writes: Fields | undefined, chosen: readonly Chosen[], patch?: Fields): void;
  /** The task failed and its edges are dead. */
  kill(slot: Slot): void;
  /** Tasks that are ready or running. */
  active(): number;
  /** State at the end. */
  result(): Fields;
}

export function createRootScope(graph: CompiledGraph): Scope {
  const own = graph.region([0]);
  return { slots: new Map(), own, outer: undefined, has: own.has, group: undefined, path: [], iteration: 0 };
}

export function createBranchScope(
  graph: CompiledGraph,
  entry: number,
  group: Group,
  path: BranchPath,
): Scope {
  const own = graph.region([entry]);
  return { slots: new Map(), own, outer: undefined, has: own.has, group, path, iteration: 0 };
}

/** A scope in which the nodes from `entries` on get slots of their own. */
export function createIterationScope(graph: CompiledGraph, former: Scope, entries: readonly number[]): Scope {
  const own = graph.region(entries);
  // Former iterations that this one replaces as a whole are forgotten.
  let outer: Scope | undefined = former;
  while (outer?.own.nodes.every((index) => own.has(index))) outer = outer.outer;
  const beyond = outer;
  return {
    slots: new Map(),
    own,
    outer,
    has: beyond ? (index) => own.has(index) || beyond.has(index) : own.has,
    group: former.group,
    path: former.path,
    iteration: former.iteration + 1,
  };
}

/** Shared by slots that nothing has reached yet; never changed. */
const NO_PARENTS: Moment[] = [];

export function createSlot(scope: Scope, node: CompiledNode, pending: number, branch?: Slot['branch']): Slot {
  const slot: Slot = { node, scope, pending, taken: false, activated: false, parents: NO_PARENTS, branch };
  scope.slots.set(node.index, slot);
  return slot;
}

/** Forward edges into a node out of nodes that `has` knows. */
export function countIncoming(node: CompiledNode, has: (node: number) => boolean): number {
  let count = 0;
  for (const edge of node.incoming) if (has(edge.from)) count += 1;
  return count;
}

/** The slot of a node as a scope sees it. */
export function slotOf(scope: Scope, node: CompiledNode): Slot {
  let at = scope;
  while (!at.own.has(node.index) && at.outer) at = at.outer;
  return at.slots.get(node.index) ?? createSlot(at, node, countIncoming(node, at.has));
}

/** Nothing follows the node on its level. */
export function isLast(node: CompiledNode): boolean {
  return (
    node.joins.length === 0 &&
    node.next.length === 0 &&
    node.routers.every((router) => router.choices.size === 0 && router.groups.size === 0)
  );
}

/** Chosen targets that lead back. */
export function loopsOf(node: CompiledNode, chosen: readonly Chosen[], end: number): readonly number[] {
  if (chosen.length === 0) return node.loops;
  const loops = [...node.loops];
  chosen.forEach((choice, at) => {
    const router = node.routers[at];
    for (const to of choice.targets) if (to !== end && !router?.choices.has(to)) loops.push(to);
  });
  return loops;
}
