import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Ancestry, Fields, Moment, View } from './ancestry.js';
import type { CompiledGraph, CompiledNode, FlowEdge } from '../graph/compiled-graph.js';
import type { Chosen, Group, Scope, Slot, TokenSink, Tokens } from './token-scope.js';
import {
  countIncoming,
  createBranchScope,
  createIterationScope,
  createRootScope,
  createSlot,
  isLast,
  loopsOf,
  slotOf,
} from './token-scope.js';

const NO_EDGES: Set<FlowEdge> = new Set();
/** Parents of slots that are done; nothing is ever added to them. */
const NO_MOMENTS: Moment[] = [];

/** @throws FleetglassError `STEP_LIMIT` from `finish` when a loop runs more often than the graph allows */
export function createTokens(graph: CompiledGraph, ancestry: Ancestry, sink: TokenSink): Tokens {
  return new TokenRules(graph, ancestry, sink);
}

/** A class for the sake of memory: every run has one. */
class TokenRules implements Tokens {
  readonly #graph: CompiledGraph;
  readonly #ancestry: Ancestry;
  readonly #sink: TokenSink;
  readonly #nodes: readonly CompiledNode[];
  readonly #end: number;
  readonly #root: Scope;
  readonly #ends: Moment[] = [];
  #active = 0;
  /** Slots that hold parents and still wait. */
  #holding = 0;
  #groups = 0;

  constructor(graph: CompiledGraph, ancestry: Ancestry, sink: TokenSink) {
    this.#graph = graph;
    this.#ancestry = ancestry;
    this.#sink = sink;
    this.#nodes = graph.nodes;
    this.#end = graph.end;
    this.#root = createRootScope(graph);
  }

  begin(input: Fields, chosen: readonly Chosen[]): void {
    const slot = createSlot(this.#root, this.#graph.start, 0);
    slot.activated = true;
    this.#advance(slot, this.#ancestry.root(input), chosen);
  }

  view(slot: Slot): View {
    return this.#ancestry.merge(slot.parents);
  }

  finish(
    slot: Slot,
    view: View,
    writes: Fields | undefined,
    chosen: readonly Chosen[],
    patch?: Fields,
  ): void {
    const moment = this.#ancestry.commit(slot.parents, view, writes, slot.scope.path, patch);
    this.#active -= 1;
    slot.parents = NO_MOMENTS;
    if (this.#active === 0 && this.#holding === 0 && this.#ends.length === 0) this.#ancestry.cut(moment);
    this.#advance(slot, moment, chosen);
  }

  kill(slot: Slot): void {
    this.#active -= 1;
    this.#passOn(slot);
    slot.parents = NO_MOMENTS;
  }

  active(): number {
    return this.#active;
  }

  result(): Fields {
    return this.#ancestry.merge([...new Set(this.#ends)]).values;
  }

  #nodeAt(index: number): CompiledNode {
    return this.#nodes[index] as CompiledNode;
  }

  #slotAt(scope: Scope, index: number): Slot {
    return slotOf(scope, this.#nodeAt(index));
  }

  #tell({ name: from }: CompiledNode, index: number, count: number): void {
    const to = this.#nodeAt(index).name;
    this.#sink.taken(count === 1 ? { from, to } : { from, to, count });
  }

  #addParent(slot: Slot, moment: Moment): void {
    if (slot.parents.length === 0) {
      // A new array of its size: one that grows from nothing takes room for many.
      slot.parents = [moment];
      if (!slot.activated) this.#holding += 1;
    } else if (!slot.parents.includes(moment)) {
      slot.parents.push(moment);
    }
  }

  #activate(slot: Slot): void {
    if (slot.parents.length > 0) this.#holding -= 1;
    slot.activated = true;
    if (slot.taken) {
      this.#active += 1;
      this.#sink.ready(slot);
    } else {
      this.#sink.skipped(slot);
      this.#passOn(slot);
    }
  }

  #answer(slot: Slot, moment: Moment, taken: boolean): void {
    // A loop's entry runs without waiting; whatever still arrives is part of an iteration that is over.
    if (slot.activated) return;
    this.#addParent(slot, moment);
    if (taken) slot.taken = true;
    slot.pending -= 1;
    if (slot.pending <= 0) this.#activate(slot);
  }

  /** The same for what a node that will not run, or a whole group, knows. */
  #answerAll(slot: Slot, moments: readonly Moment[], taken: boolean): void {
    if (slot.activated) return;
    for (const moment of moments) this.#addParent(slot, moment);
    if (taken) slot.taken = true;
    slot.pending -= 1;
    if (slot.pending <= 0) this.#activate(slot);
  }

  #answerJoin(
    scope: Scope,
    from: CompiledNode,
    to: number,
    moments: readonly Moment[],
    taken: boolean,
  ): void {
    const group = scope.group as Group;
    const join = group.joins.get(to);
    if (!join) return;
    if (taken) join.taken.set(from.index, (join.taken.get(from.index) ?? 0) + 1);
    if (!join.slot) this.#ends.push(...moments);
    else if (!join.slot.activated) join.slot.parents.push(...moments);
    join.left -= 1;
    if (join.left > 0) return;
    for (const [source, count] of join.taken) {
      this.#tell(this.#nodeAt(source), to, count);
    }
    if (join.slot) this.#answerAll(join.slot, [], true);
  }

  /** A node that will not run passes that on. */
  #passOn(slot: Slot): void {
    const { node, scope, parents } = slot;
    for (const edge of node.next) this.#answerAll(this.#slotAt(scope, edge.to), parents, false);
    for (const router of node.routers) {
      for (const edge of router.choices.values())
        this.#answerAll(this.#slotAt(scope, edge.to), parents, false);
      for (const edge of router.groups.values())
        this.#answerAll(this.#slotAt(scope, edge.to), parents, false);
    }
    for (const to of node.joins) this.#answerJoin(scope, node, to, parents, false);
    if (node.ends || isLast(node)) this.#ends.push(...parents);
  }

  #openGroup(
    scope: Scope,
    router: CompiledNode['routers'][number],
    from: CompiledNode,
    sends: NonNullable<Chosen['sends']>,
    moment: Moment,
  ): void {
    this.#groups += 1;
    const ordinal = this.#groups;
    const group: Group = { scope, sender: moment, joins: new Map() };
    const add = (to: number, count: number, slot: Slot | undefined): void => {
      const join = group.joins.get(to);
      if (join) join.left += count;
      else group.joins.set(to, { slot, left: count, taken: new Map() });
    };
    const counts = new Map<number, number>();
    for (const { to } of sends) counts.set(to, (counts.get(to) ?? 0) + 1);
    for (const [to, count] of counts) {
      this.#tell(from, to, count);
      for (const [join, times] of this.#graph.region([to]).joins) {
        add(join, times * count, join === this.#end ? undefined : this.#slotAt(scope, join));
      }
    }
    // The sender is a parent too, so that what a branch saw in place of the state stays in the branch.
    for (const { slot } of group.joins.values()) if (slot) this.#addParent(slot, moment);
    this.#ends.push(...(group.joins.size === 0 || group.joins.has(this.#end) ? [moment] : []));
    for (const edge of router.groups.values()) {
      if (!group.joins.has(edge.to)) this.#answer(this.#slotAt(scope, edge.to), moment, sends.length === 0);
    }
    sends.forEach(({ to, input }, index) => {
      const path = [...scope.path, moment.order, ordinal, index];
      const slot = createSlot(createBranchScope(this.#graph, to, group, path), this.#nodeAt(to), 0, {
        index,
        of: sends.length,
      });
      slot.taken = true;
      this.#addParent(slot, this.#ancestry.branch(moment, input, path));
      this.#activate(slot);
    });
  }

  /**
   * A loop goes round again: nodes from `entries` on that ran get new slots; those that still wait stay the same and
   * now also wait for the new ones. Edges in `open` were left unanswered by the task that goes back: the new
   * iteration answers them.
   */
  #iterate(
    scope: Scope,
    entries: readonly number[],
    open: ReadonlySet<FlowEdge>,
    openJoins: CompiledNode | undefined,
    moment: Moment,
  ): void {
    const iteration = scope.iteration + 1;
    if (iteration > this.#graph.maxIterations) {
      throw new FleetglassError(
        'STEP_LIMIT',
        `The loop at '${this.#nodeAt(entries[0] as number).name}' ran ${this.#graph.maxIterations} times; raise maxIterations of the graph if that is meant.`,
        {
          details: {
            node: this.#nodeAt(entries[0] as number).name,
            maxIterations: this.#graph.maxIterations,
          },
        },
      );
    }
    const next = createIterationScope(this.#graph, scope, entries);
    const { own } = next;
    const kept = new Set<number>();
    for (const index of own.nodes) {
      if (entries.includes(index) || !scope.has(index)) continue;
      const slot = this.#slotAt(scope, index);
      if (slot.activated) continue;
      kept.add(index);
      next.slots.set(index, slot);
    }
    for (const index of own.nodes) {
      const slot = next.slots.get(index);
      if (!slot) {
        createSlot(
          next,
          this.#nodeAt(index),
          entries.includes(index) ? 0 : countIncoming(this.#nodeAt(index), own.has),
        );
      } else {
        for (const edge of slot.node.incoming) {
          if (own.has(edge.from) && !kept.has(edge.from) && !open.has(edge)) slot.pending += 1;
        }
      }
      if (kept.has(index)) continue;
      const node = this.#nodeAt(index);
      if (node === openJoins) continue;
      for (const to of node.joins) {
        const join = scope.group?.joins.get(to);
        if (join) join.left += 1;
        else this.#addLateJoin(scope, to);
      }
    }
    for (const index of entries) {
      const slot = next.slots.get(index) as Slot;
      slot.taken = true;
      this.#addParent(slot, moment);
      this.#activate(slot);
    }
  }

  /** A loop inside a branch reached a join that the branch could not reach from its first node. */
  #addLateJoin(scope: Scope, to: number): void {
    const group = scope.group;
    if (!group) return;
    const slot = to === this.#end ? undefined : this.#slotAt(group.scope, to);
    if (slot) this.#addParent(slot, group.sender);
    group.joins.set(to, { slot, left: 1, taken: new Map() });
  }

  #advance(slot: Slot, moment: Moment, chosen: readonly Chosen[]): void {
    const { node, scope } = slot;
    const loops = loopsOf(node, chosen, this.#end);
    const goesBack = loops.length > 0;
    const open = goesBack ? new Set<FlowEdge>() : NO_EDGES;
    let onward = goesBack;

    for (const edge of node.next) {
      onward = true;
      this.#sink.taken(edge.told);
      this.#answer(this.#slotAt(scope, edge.to), moment, true);
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
          this.#sink.taken(edge.told);
        }
        this.#answer(this.#slotAt(scope, to), moment, taken);
      }
      if (choice?.sends) {
        onward = true;
        this.#openGroup(scope, router, node, choice.sends, moment);
      } else {
        for (const [to, edge] of router.groups) {
          if (goesBack) open.add(edge);
          else this.#answer(this.#slotAt(scope, to), moment, false);
        }
      }
      if (choice?.targets.includes(this.#end)) {
        this.#tell(node, this.#end, 1);
        this.#ends.push(moment);
        onward = true;
      }
    });
    const joinsNow = node.joins.length > 0 && !goesBack;
    if (joinsNow) {
      onward = true;
      for (const to of node.joins) this.#answerJoin(scope, node, to, [moment], true);
    }
    if (node.ends) {
      this.#tell(node, this.#end, 1);
      this.#ends.push(moment);
    } else if (!onward) {
      this.#ends.push(moment);
    }
    for (const to of loops) this.#tell(node, to, 1);
    if (goesBack) this.#iterate(scope, [...new Set(loops)], open, joinsNow ? undefined : node, moment);
  }
}
