import type { EdgeTakenData } from '../../protocol/events/control.js';
import type { GraphShape } from '../../protocol/events/run.js';
import type { NodeDefinition, StateSchema } from './graph-definition.js';
import type { Reducer } from './reducer.js';

/** An edge that stays on its level. `group` stands for a whole send group: from its sender to the node that joins it. */
export interface FlowEdge {
  readonly kind: 'static' | 'choice' | 'group';
  readonly from: number;
  readonly to: number;
  /** What is told when it was taken once. */
  readonly told: EdgeTakenData;
}

/** A conditional edge. */
export interface CompiledRouter {
  readonly choose: (state: object) => unknown;
  readonly declared: boolean;
  /** Forward edges by target. */
  readonly choices: ReadonlyMap<number, FlowEdge>;
  /** Targets that start a new iteration. */
  readonly loops: ReadonlySet<number>;
  /** Targets that are sent to. */
  readonly sends: ReadonlySet<number>;
  /** Edges that stand for the groups that it opens, by the joining node. */
  readonly groups: ReadonlyMap<number, FlowEdge>;
  readonly mayEnd: boolean;
}

export interface CompiledNode {
  readonly index: number;
  readonly name: string;
  /** Absent for START and END. */
  readonly definition: NodeDefinition | undefined;
  /** Send groups around it. */
  readonly depth: number;
  readonly next: readonly FlowEdge[];
  /** Targets of edges without a condition that start a new iteration. */
  readonly loops: readonly number[];
  readonly ends: boolean;
  readonly routers: readonly CompiledRouter[];
  /** Nodes that a send group is joined at after this node. */
  readonly joins: readonly number[];
  /** Every forward edge into it. */
  readonly incoming: readonly FlowEdge[];
}

/** What can be reached from some entry nodes along forward edges of one level. */
export interface Region {
  readonly nodes: readonly number[];
  readonly has: (node: number) => boolean;
  /** Joining edges that leave it, by the joining node. */
  readonly joins: ReadonlyMap<number, number>;
}

export interface CompiledGraph {
  readonly name: string;
  readonly nodes: readonly CompiledNode[];
  readonly start: CompiledNode;
  readonly end: number;
  readonly reducers: { readonly [field: string]: Reducer<unknown> | undefined };
  readonly schema: StateSchema<unknown, object> | undefined;
  readonly maxIterations: number;
  /** Beginnings of fields that belong to the private states of subgraphs; no part of a run's result. */
  readonly privatePrefixes: readonly string[];
  /** Those of subgraphs inside send groups: each branch has fields of its own there. */
  readonly branchPrefixes: readonly string[];
  readonly shape: GraphShape;
  indexOf(name: string): number | undefined;
  region(entries: readonly number[]): Region;
}
