import type { WorkStatus } from '../model/status.js';
import type { FleetState, TaskState } from '../projection/state.js';
import type { Complexity } from '../protocol/events/task.js';
import { isSame, once } from './keep.js';
import { taskIndexOf } from './task-index.js';
import type { TaskIndex, TaskNode } from './task-index.js';

/** Which tasks are looked for; all that is given has to fit. */
export interface TaskFilter {
  readonly status?: WorkStatus | undefined;
  readonly complexity?: Complexity | undefined;
  /** Words that occur in its name, id, agent, type, node, reason or error, in any case. */
  readonly text?: string | undefined;
}

export interface TaskRowOptions extends TaskFilter {
  /** Whether what is below a node is shown. */
  readonly isOpen: (node: TaskNode) => boolean;
}

/** A line of the tree as it is shown. */
export interface TaskRow {
  readonly node: TaskNode;
  /** Its place among those beside it that are shown, from 1. */
  readonly position: number;
  readonly siblings: number;
  readonly isOpen: boolean;
  /** `false` for one that is there only because something below it fits. */
  readonly fits: boolean;
}

/** The lines of a tree of tasks, as they stand below each other. */
export interface TaskRows {
  readonly rows: readonly TaskRow[];
  /** Tasks that fit, shown or below a closed node. */
  readonly fitting: number;
  readonly tasks: number;
}

const wordsOf = once(({ name, id, agentId, type, node, role, reason, error }: TaskState): string =>
  [name, id, agentId, type, node, role, reason, error?.message].filter(Boolean).join('\n').toLowerCase(),
);

/** Whether a task is one of those looked for. */
export function fitsTaskFilter(task: TaskState, { status, complexity, text }: TaskFilter): boolean {
  if (status !== undefined && task.status !== status) return false;
  if (complexity !== undefined && task.complexity !== complexity) return false;
  const wanted = text?.trim().toLowerCase();
  if (!wanted) return true;
  const words = wordsOf(task);
  return wanted.split(/\s+/).every((word) => words.includes(word));
}

const kept = new WeakMap<TaskRowOptions, { readonly runId: string; readonly result: TaskRows }>();

/**
 * The lines of a run's task tree that are shown: what fits the filter, with all that stands above it, without what is
 * below closed nodes. Lines and the whole keep their identity while nothing of them changes.
 *
 * @param options kept between calls, the result is remembered with it
 */
export function selectTaskRows(state: FleetState, runId: string, options: TaskRowOptions): TaskRows {
  const index = taskIndexOf(state, runId);
  const before = kept.get(options);
  const last = before?.runId === runId ? before.result : undefined;
  const { fits, fitting, shown } = find(index, options);
  const rows: TaskRow[] = [];
  const known = new Map(last?.rows.map((row) => [row.node.key, row]));
  const siblings = new Map<number, number>();
  const [{ nodes, parentAt }] = [index];
  nodes.forEach((_, at) => {
    const parent = parentAt[at] as number;
    if (shown[at]) siblings.set(parent, (siblings.get(parent) ?? 0) + 1);
  });
  const positions = new Map<number, number>();
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at] as TaskNode;
    if (!shown[at]) {
      at += node.below;
      continue;
    }
    const parent = parentAt[at] as number;
    const position = (positions.get(parent) ?? 0) + 1;
    positions.set(parent, position);
    const isOpen = node.children > 0 && options.isOpen(node);
    const row = { node, position, siblings: siblings.get(parent) ?? 1, isOpen, fits: fits[at] === 1 };
    const old = known.get(node.key);
    rows.push(old && isSame<TaskRow>(old, row) ? old : row);
    if (!isOpen) at += node.below;
  }
  const sameRows = last && isSame<readonly TaskRow[]>(last.rows, rows) ? last.rows : rows;
  const result = { rows: sameRows, fitting, tasks: index.tasks.length };
  const same = last && isSame<TaskRows>(last, result) ? last : result;
  kept.set(options, { runId, result: same });
  return same;
}

interface Found {
  readonly fits: Uint8Array;
  /** It or something below it fits. */
  readonly shown: Uint8Array;
  readonly fitting: number;
}

function find({ nodes, tasks, taskAt, parentAt }: TaskIndex, filter: TaskFilter): Found {
  const fits = new Uint8Array(nodes.length);
  const shown = new Uint8Array(nodes.length);
  let fitting = 0;
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    const task = tasks[taskAt[at] as number];
    // A fan-out is not looked for itself; it stands with those of its branches that fit.
    if (task ? fitsTaskFilter(task, filter) : shown[at]) {
      fits[at] = shown[at] = 1;
      if (task) fitting += 1;
    }
    const parent = parentAt[at] as number;
    if (shown[at] && parent >= 0) shown[parent] = 1;
  }
  return { fits, shown, fitting };
}
