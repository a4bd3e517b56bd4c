import { FleetglassError } from '../../errors/fleetglass-error.js';
import { jsonEquals } from '../../lib/json.js';
import type { LedgerEntry } from '../../log/store.js';
import { addNanoUsd } from '../../model/cost.js';
import { createAncestry } from '../execution/ancestry.js';
import type { Fields, View } from '../execution/ancestry.js';
import { decodeChoices } from '../graph/choices.js';
import type { CompiledGraph, CompiledNode } from '../graph/compiled-graph.js';
import { taskIdOf, unknownTask } from '../execution/graph-task.js';
import type { RunHistory } from './run-history.js';
import type { TaskOutcome } from './run-record.js';
import type { Slot } from '../execution/token-scope.js';
import { createTokens } from '../execution/tokens.js';

/** Checkpoint before the first task. Every other one has the id of the task whose end made it. */
export const FIRST_CHECKPOINT = 'start';

/** Money of a part of a run. */
export interface PartCost {
  /** Nano-dollars of its settled calls. */
  readonly nanoUsd: number;
  /** Calls whose price is not known or of which nobody knows whether they were paid: the amount is a lower bound. */
  readonly unpricedCalls: number;
}

/** A moment of a run that it can be forked from: the end of a task. */
export interface Checkpoint {
  /** Id of the task, or `start`. */
  readonly id: string;
  /** Node that the task executed; `__start__` for the first. */
  readonly node: string;
  /** Version of the run's record; 0 where the commit is not known. */
  readonly version: number;
  /** State as the task knew it when it had ended: its ancestors' writes and its own. */
  readonly state: Fields;
  /** Fields that it wrote. */
  readonly wrote: readonly string[];
  /** Cost of every task that had ended by then: what a fork takes over without paying. */
  readonly spent: PartCost;
  /** Cost of everything else: what the run paid from here on, and about what running again will cost. */
  readonly again: PartCost;
}

/** How one field differs between two checkpoints; a side that lacks it has no property. */
export interface FieldChange {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

interface Step {
  readonly id: string;
  readonly node: CompiledNode;
  /** State that the task saw, and the conditional edges of its node. */
  readonly view: View;
  readonly outcome: TaskOutcome;
  readonly state: Fields;
}

/** Follows the record of a run through its graph, without running anything. */
export function walk(graph: CompiledGraph, history: RunHistory): Step[] {
  const { beginning, outcomes } = history;
  if (!beginning) return [];
  const ancestry = createAncestry(graph.reducers, graph.branchPrefixes);
  const waiting = new Map<string, { slot: Slot; view: View }>();
  const steps: Step[] = [];
  let made = 0;
  const nextId = (slot: Slot): string => {
    made += 1;
    return taskIdOf(slot.node, made);
  };
  const tokens = createTokens(graph, ancestry, {
    taken: () => undefined,
    skipped: (slot) => void nextId(slot),
    ready: (slot) => void waiting.set(nextId(slot), { slot, view: tokens.view(slot) }),
  });
  tokens.begin(beginning.input as Fields, decodeChoices(graph, beginning.chosen));
  for (const [id, outcome] of outcomes) {
    const task = waiting.get(id);
    if (!task) throw unknownTask(id);
    waiting.delete(id);
    const { slot, view } = task;
    if (outcome.failed) tokens.kill(slot);
    else tokens.finish(slot, view, outcome.writes, decodeChoices(graph, outcome.chosen), outcome.patch);
    const written = outcome.failed ? view.values : ancestry.preview(view, outcome.writes);
    steps.push({ id, node: slot.node, view, outcome, state: { ...written, ...outcome.patch } });
  }
  return steps;
}

const NOTHING: PartCost = { nanoUsd: 0, unpricedCalls: 0 };

function costsByTask(ledger: readonly LedgerEntry[]): Map<string, PartCost> {
  const costs = new Map<string, PartCost>();
  for (const { kind, taskId = '', nanoUsd } of ledger) {
    if (kind !== 'settled' && kind !== 'abandoned') continue;
    const isKnown = kind === 'settled' && nanoUsd !== undefined;
    const before = costs.get(taskId) ?? NOTHING;
    costs.set(taskId, {
      nanoUsd: isKnown ? addNanoUsd(before.nanoUsd, nanoUsd) : before.nanoUsd,
      unpricedCalls: before.unpricedCalls + (isKnown ? 0 : 1),
    });
  }
  return costs;
}

const plus = (a: PartCost, b: PartCost): PartCost => ({
  nanoUsd: addNanoUsd(a.nanoUsd, b.nanoUsd),
  unpricedCalls: a.unpricedCalls + b.unpricedCalls,
});

/** Every checkpoint of a run's record, oldest first. @throws FleetglassError `GRAPH_INVALID` when the graph is another */
export function checkpointsOf(
  graph: CompiledGraph,
  history: RunHistory,
  ledger: readonly LedgerEntry[],
): Checkpoint[] {
  const costs = costsByTask(ledger);
  const total = [...costs.values()].reduce(plus, NOTHING);
  let spent = NOTHING;
  const rest = (): PartCost => ({
    nanoUsd: total.nanoUsd - spent.nanoUsd,
    unpricedCalls: total.unpricedCalls - spent.unpricedCalls,
  });
  const checkpoints: Checkpoint[] = [
    {
      id: FIRST_CHECKPOINT,
      node: graph.start.name,
      version: 1,
      state: (history.beginning?.input ?? {}) as Fields,
      wrote: [],
      spent,
      again: rest(),
    },
  ];
  for (const { id, node, outcome, state } of walk(graph, history)) {
    spent = plus(spent, costs.get(id) ?? NOTHING);
    checkpoints.push({
      id,
      node: node.name,
      version: history.versions.get(id) ?? 0,
      state,
      wrote: Object.keys({ ...outcome.writes, ...outcome.patch }),
      spent,
      again: rest(),
    });
  }
  return checkpoints;
}

/** Fields that differ between two states, in the order of their names. */
export function diffStates(before: Fields, after: Fields): FieldChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return fields
    .filter((field) => !jsonEquals(before[field], after[field]))
    .map((field) => ({
      field,
      ...(Object.hasOwn(before, field) ? { before: before[field] } : {}),
      ...(Object.hasOwn(after, field) ? { after: after[field] } : {}),
    }));
}

/** @throws FleetglassError `NOT_FOUND` */
export function findCheckpoint<T extends { readonly id: string }>(
  checkpoints: readonly T[],
  id: string,
  runId: string,
): T {
  const found = checkpoints.find((checkpoint) => checkpoint.id === id);
  if (found) return found;
  throw new FleetglassError(
    'NOT_FOUND',
    `Run '${runId}' has no checkpoint '${id}'; history() lists those that it has.`,
    { details: { runId, checkpointId: id } },
  );
}
