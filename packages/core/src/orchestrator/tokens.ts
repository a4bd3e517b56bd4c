import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Ancestry, Fields, Moment, View } from './ancestry.js';
import type { EdgeTakenData } from '../protocol/events/control.js';
import type { CompiledGraph, CompiledNode, FlowEdge } from './compiled-graph.js';
import type { Chosen, Group, Scope, Slot } from './token-scope.js';
import {
  countIncoming,
  createBranchScope,
  createIterationScope,
  createRootScope,
  createSlot,
  slotOf,
} from './token-scope.js';

const NO_EDGES: Set<FlowEdge> = new Set();
/** Parents of slots that are done; nothing is ever added to them. */
const NO_MOMENTS: Moment[] = [];

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

/** @throws FleetglassError `STEP_LIMIT` from `finish` when a loop runs more often than the graph allows */
export function createTokens(graph: CompiledGraph, ancestry: Ancestry, sink: TokenSink): Tokens {
  const { nodes, end } = graph;
  const ends: Moment[] = [];
  let active = 0;
  /** Slots that hold parents and still wait. */
  let holding = 0;
  let groups = 0;
  const nodeAt = (index: number): CompiledNode => nodes[index] as CompiledNode;
  const root = createRootScope(graph);
  const slotAt = (scope: Scope, index: number): Slot => slotOf(scope, nodeAt(index));

  const tell = ({ name: from }: CompiledNode, index: number, count: number): void => {
    const to = nodeAt(index).name;
    sink.taken(count === 1 ? { from, to } : { from, to, count });
  };

  const addParent = (slot: Slot, moment: Moment): void => {
    if (slot.parents.length === 0) {
      // A new array of its size: one that grows from nothing takes room for many.
      slot.parents = [moment];
      if (!slot.activated) holding += 1;
    } else if (!slot.parents.includes(moment)) {
      slot.parents.push(moment);
    }
  };

  const activate = (slot: Slot): void => {
    if (slot.parents.length > 0) holding -= 1;
    slot.activated = true;
    if (slot.taken) {
      active += 1;
      sink.ready(slot);
    } else {
      sink.skipped(slot);
      passOn(slot);
    }
  };

  const answer = (slot: Slot, moment: Moment, taken: boolean): void => {
    // A loop's entry runs without waiting; whatever still arrives is part of an iteration that is over.
    if (slot.activated) return;
    addParent(slot, moment);
    if (taken) slot.taken = true;
    slot.pending -= 1;
    if (slot.pending <= 0) activate(slot);
  };

  /** The same for what a node that will not run, or a whole group, knows. */
  const answerAll = (slot: Slot, moments: readonly Moment[], taken: boolean): void => {
    if (slot.activated) return;
    for (const moment of moments) addParent(slot, moment);
    if (taken) slot.taken = true;
    slot.pending -= 1;
    if (slot.pending <= 0) activate(slot);
  };

  const answerJoin = (
    scope: Scope,
    from: CompiledNode,
    to: number,
    moments: readonly Moment[],
    taken: boolean,
  ): void => {
    const group = scope.group as Group;
    const join = group.joins.get(to);
    if (!join) return;
    if (taken) join.taken.set(from.index, (join.taken.get(from.index) ?? 0) + 1);
    if (!join.slot) ends.push(...moments);
    else if (!join.slot.activated) join.slot.parents.push(...moments);
    join.left -= 1;
    if (join.left > 0) return;
    for (const [source, count] of join.taken) {
      tell(nodeAt(source), to, count);
    }
    if (join.slot) answerAll(join.slot, [], true);
  };

  /** A node that will not run passes that on. */
  const passOn = (slot: Slot): void => {
    const { node, scope, parents } = slot;
    for (const edge of node.next) answerAll(slotAt(scope, edge.to), parents, false);
    for (const router of node.routers) {
      for (const edge of router.choices.values()) answerAll(slotAt(scope, edge.to), parents, false);
      for (const edge of router.groups.values()) answerAll(slotAt(scope, edge.to), parents, false);
    }
    for (const to of node.joins) answerJoin(scope, node, to, parents, false);
    if (node.ends || isLast(node)) ends.push(...parents);
  };

  const isLast = (node: CompiledNode): boolean =>
    node.joins.length === 0 &&
    node.next.length === 0 &&
    node.routers.every((router) => router.choices.size === 0 && router.groups.size === 0);

  const openGroup = (
    scope: Scope,
    router: CompiledNode['routers'][number],
    from: CompiledNode,
    sends: NonNullable<Chosen['sends']>,
    moment: Moment,
  ): void => {
    groups += 1;
    const ordinal = groups;
    const group: Group = { scope, sender: moment, joins: new Map() };
    const add = (to: number, count: number, slot: Slot | undefined): void => {
      const join = group.joins.get(to);
      if (join) join.left += count;
      else group.joins.set(to, { slot, left: count, taken: new Map() });
    };
    const counts = new Map<number, number>();
    for (const { to } of sends) counts.set(to, (counts.get(to) ?? 0) + 1);
    for (const [to, count] of counts) {
      tell(from, to, count);
      for (const [join, times] of graph.region([to]).joins) {
        add(join, times * count, join === end ? undefined : slotAt(scope, join));
      }
    }
    // The sender is a parent too, so that what a branch saw in place of the state stays in the branch.
    for (const { slot } of group.joins.values()) if (slot) addParent(slot, moment);
    ends.push(...(group.joins.size === 0 || group.joins.has(end) ? [moment] : []));
    for (const edge of router.groups.values()) {
      if (!group.joins.has(edge.to)) answer(slotAt(scope, edge.to), moment, sends.length === 0);
    }
    sends.forEach(({ to, input }, index) => {
      const path = [...scope.path, moment.order, ordinal, index];
      const slot = createSlot(createBranchScope(graph, to, group, path), nodeAt(to), 0, {
        index,
        of: sends.length,
      });
      slot.taken = true;
      addParent(slot, ancestry.branch(moment, input, path));
      activate(slot);
    });
  };

  /**
   * A loop goes round again: nodes from `entries` on that ran get new slots; those that still wait stay the same and
   * now also wait for the new ones. Edges in `open` were left unanswered by the task that goes back: the new
   * iteration answers them.
   */
  const iterate = (
    scope: Scope,
    entries: readonly number[],
    open: ReadonlySet<FlowEdge>,
    openJoins: CompiledNode | undefined,
    moment: Moment,
  ): void => {
    const iteration = scope.iteration + 1;
    if (iteration > graph.maxIterations) {
      throw new FleetglassError(
        'STEP_LIMIT',
        `The loop at '${nodeAt(entries[0] as number).name}' ran ${graph.maxIterations} times; raise maxIterations of the graph if that is meant.`,
        { details: { node: nodeAt(entries[0] as number).name, maxIterations: graph.maxIterations } },
      );
    }
    const next = createIterationScope(graph, scope, entries);
    const { own } = next;
    const kept = new Set<number>();
    for (const index of own.nodes) {
      if (entries.includes(index) || !scope.has(index)) continue;
      const slot = slotAt(scope, index);
      if (slot.activated) continue;
      kept.add(index);
      next.slots.set(index, slot);
    }
    for (const index of own.nodes) {
      const slot = next.slots.get(index);
      if (!slot) {
        createSlot(next, nodeAt(index), entries.includes(index) ? 0 : countIncoming(nodeAt(index), own.has));
      } else {
        for (const edge of slot.node.incoming) {
          if (own.has(edge.from) && !kept.has(edge.from) && !open.has(edge)) slot.pending += 1;
        }
      }
      if (kept.has(index)) continue;
      const node = nodeAt(index);
      if (node === openJoins) continue;
      for (const to of node.joins) {
        const join = scope.group?.joins.get(to);
        if (join) join.left += 1;
        else addLateJoin(scope, to);
      }
    }
    for (const index of entries) {
      const slot = next.slots.get(index) as Slot;
      slot.taken = true;
      addParent(slot, moment);
      activate(slot);
    }
  };

  /** A loop inside a branch reached a join that the branch could not reach from its first node. */
  const addLateJoin = (scope: Scope, to: number): void => {
    const group = scope.group;
    if (!group) return;
    const slot = to === end ? undefined : slotAt(group.scope, to);
    if (slot) addParent(slot, group.sender);
    group.joins.set(to, { slot, left: 1, taken: new Map() });
  };

  /** Chosen targets that lead back. */
  const loopsOf = (node: CompiledNode, chosen: readonly Chosen[]): readonly number[] => {
    if (chosen.length === 0) return node.loops;
    const loops = [...node.loops];
    chosen.forEach((choice, at) => {
      const router = node.routers[at];
      for (const to of choice.targets) if (to !== end && !router?.choices.has(to)) loops.push(to);
    });
    return loops;
  };

  const advance = (slot: Slot, moment: Moment, chosen: readonly Chosen[]): void => {
    const { node, scope } = slot;
    const loops = loopsOf(node, chosen);
    const goesBack = loops.length > 0;
    const open = goesBack ? new Set<FlowEdge>() : NO_EDGES;
    let onward = goesBack;

    for (const edge of node.next) {
      onward = true;
      sink.taken(edge.told);
      answer(slotAt(scope, edge.to), moment, true);
    }
    node.routers.forEach((router, at) => {
      const choice = chosen[at];
      for (const [to, edge] of router.choices) {
        const taken = choice?.targets.includes(to) ?? false;
        if (!taken && goesBack) {
          open.add(edge);
          continue;
        }
        if (taken) {
          onward = true;
          sink.taken(edge.told);
        }
        answer(slotAt(scope, to), moment, taken);
      }
      if (choice?.sends) {
        onward = true;
        openGroup(scope, router, node, choice.sends, moment);
      } else {
        for (const [to, edge] of router.groups) {
          if (goesBack) open.add(edge);
          else answer(slotAt(scope, to), moment, false);
        }
      }
      if (choice?.targets.includes(end)) {
        tell(node, end, 1);
        ends.push(moment);
        onward = true;
      }
    });
    const joinsNow = node.joins.length > 0 && !goesBack;
    if (joinsNow) {
      onward = true;
      for (const to of node.joins) answerJoin(scope, node, to, [moment], true);
    }
    if (node.ends) {
      tell(node, end, 1);
      ends.push(moment);
    } else if (!onward) {
      ends.push(moment);
    }
    for (const to of loops) tell(node, to, 1);
    if (goesBack) iterate(scope, [...new Set(loops)], open, joinsNow ? undefined : node, moment);
  };

  return {
    begin(input, chosen) {
      const slot = createSlot(root, graph.start, 0);
      slot.activated = true;
      advance(slot, ancestry.root(input), chosen);
    },
    view: (slot) => ancestry.merge(slot.parents),
    finish(slot, view, writes, chosen, patch) {
      const moment = ancestry.commit(slot.parents, view, writes, slot.scope.path, patch);
      active -= 1;
      slot.parents = NO_MOMENTS;
      if (active === 0 && holding === 0 && ends.length === 0) ancestry.cut(moment);
      advance(slot, moment, chosen);
    },
    kill(slot) {
      active -= 1;
      passOn(slot);
      slot.parents = NO_MOMENTS;
    },
    active() {
      return active;
    },
    result: () => ancestry.merge([...new Set(ends)]).values,
  };
}
