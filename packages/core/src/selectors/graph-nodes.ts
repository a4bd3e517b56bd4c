import type { CostTotals } from '../model/cost.js';
import { ZERO_COST } from '../model/cost.js';
import type { WorkStatus } from '../model/status.js';
import { isFinal, WORK_STATUSES } from '../model/status.js';
import type { FleetState, TaskState } from '../projection/state.js';
import { sumCosts } from './cost-sums.js';
import { graphNodeIdOf } from './graph.js';
import { once } from './keep.js';
import { rowsOf } from './runs.js';

/** What became of one node of a run's graph: its tasks together. */
export interface GraphNodeState {
  /**
   * Of the task that matters most: one at work before one that waits, a failure before a success. What ended without
   * failing counts as its newest round did: what was cancelled and then done is done.
   */
  readonly status: WorkStatus;
  /** Tasks that have ended. */
  readonly done: number;
  readonly failed: number;
  /** Tasks that there are, or that its fan-out will have. */
  readonly of: number;
  /** Several tasks of one fan-out are shown as a stack. */
  readonly fanOut: boolean;
  /** How often it was come to; above 1 in a loop. */
  readonly iterations: number;
  readonly cost: CostTotals;
  readonly tokens: number;
  /** Agents that performed its tasks. */
  readonly agents: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  /** Absent while one of its tasks has not ended. */
  readonly endedAt?: number;
}

const nodeStateOf = once((tasks: readonly TaskState[]): GraphNodeState => {
  let cost: CostTotals = ZERO_COST;
  let tokens = 0;
  let done = 0;
  let failed = 0;
  let branches = 0;
  let iterations = 0;
  // Of several statuses the first of the list says most.
  let weight = WORK_STATUSES.length - 1;
  const matters = (status: WorkStatus): void => {
    weight = Math.min(weight, Math.max(0, WORK_STATUSES.indexOf(status)));
  };
  let startedAt = Infinity;
  let endedAt = -Infinity;
  const rounds = new Map<number, number>();
  /** How the newest round of each branch ended. */
  const ends = new Map<number, WorkStatus>();
  const agents = new Set<string>();
  for (const { status, totals, branch, agentId, ...task } of tasks) {
    cost = sumCosts(cost, totals.cost);
    tokens += totals.usage.inputTokens + totals.usage.outputTokens;
    if (isFinal(status)) {
      done += 1;
      ends.set(branch?.index ?? -1, status);
    } else matters(status);
    if (status === 'failed') {
      failed += 1;
      matters(status);
    }
    if (branch) branches = Math.max(branches, branch.of);
    const round = (rounds.get(branch?.index ?? -1) ?? 0) + 1;
    rounds.set(branch?.index ?? -1, round);
    iterations = Math.max(iterations, round);
    if (agentId !== undefined) agents.add(agentId);
    if (task.startedAt !== undefined) startedAt = Math.min(startedAt, task.startedAt);
    if (task.endedAt !== undefined) endedAt = Math.max(endedAt, task.endedAt);
  }
  for (const status of ends.values()) matters(status);
  return {
    status: WORK_STATUSES[weight] ?? 'queued',
    done,
    failed,
    of: iterations > 1 ? tasks.length : Math.max(tasks.length, branches),
    fanOut: branches > 1,
    iterations,
    cost,
    tokens,
    agents: [...agents],
    ...(startedAt === Infinity ? {} : { startedAt }),
    ...(done < tasks.length || endedAt === -Infinity
      ? {}
      : { endedAt: Math.max(endedAt, startedAt === Infinity ? endedAt : startedAt) }),
  };
});

/** States of nodes by id; a node that nothing has come to is absent. */
export type GraphNodeStates = ReadonlyMap<string, GraphNodeState>;

interface Grouped {
  readonly tasks: ReadonlyMap<string, readonly TaskState[]>;
  readonly states: GraphNodeStates;
}

const sameMembers = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((member, index) => member === b[index]);

/** Runs whose groups are remembered. */
const MOST_RUNS = 20;

const lastOf = new Map<string, Grouped>();
const resultsOf = new WeakMap<object, Map<string, GraphNodeStates>>();

/**
 * What became of each node of a run's graph. The state of a node whose tasks did not change keeps its identity; the map
 * is a new one with every change of a task.
 */
export function selectGraphNodes(state: FleetState, runId: string): GraphNodeStates {
  const known = resultsOf.get(state.tasks) ?? new Map<string, GraphNodeStates>();
  resultsOf.set(state.tasks, known);
  const result = known.get(runId);
  if (result) return result;
  const last = lastOf.get(runId);
  const groups = new Map<string, TaskState[]>();
  for (const task of rowsOf(state.runs.get(runId)?.tasks, state.tasks)) {
    const id = graphNodeIdOf(task);
    const group = groups.get(id);
    if (group) group.push(task);
    else groups.set(id, [task]);
  }
  const tasks = new Map<string, readonly TaskState[]>();
  const states = new Map<string, GraphNodeState>();
  for (const [id, group] of groups) {
    const before = last?.tasks.get(id);
    const same = before && sameMembers(before, group) ? before : group;
    tasks.set(id, same);
    states.set(id, nodeStateOf(same));
  }
  lastOf.delete(runId);
  lastOf.set(runId, { tasks, states });
  if (lastOf.size > MOST_RUNS) lastOf.delete(lastOf.keys().next().value as string);
  known.set(runId, states);
  return states;
}
