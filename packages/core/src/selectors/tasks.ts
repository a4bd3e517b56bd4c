import { taskKey } from '../projection/keys.js';
import type { FleetState, TaskState } from '../projection/state.js';
import { createKeep } from './keep.js';
import { rowsOf } from './runs.js';

const keepIds = createKeep<readonly string[]>();

/** Ids of a run's tasks in the order of their creation. The same array while none appears. */
export function selectTaskIds(state: FleetState, runId: string): readonly string[] {
  return keepIds(
    runId,
    Array.from(rowsOf(state.runs.get(runId)?.tasks, state.tasks), (task) => task.id),
  );
}

export const selectTask = (state: FleetState, runId: string, taskId: string): TaskState | undefined =>
  state.tasks.get(taskKey(runId, taskId));

/** A task in its tree. */
export interface TaskNode {
  readonly id: string;
  /** 0 for a task without a parent. */
  readonly depth: number;
  readonly parentId?: string;
  /** Tasks directly below it. */
  readonly children: number;
}

const keepTree = createKeep<readonly TaskNode[]>();
const keepNode = createKeep<TaskNode>();

/**
 * A run's tasks as a tree in reading order: each task after its parent, siblings in the order of their creation. A task
 * whose parent is not there, or that would be its own ancestor, stands at the top. The same array while the tree's
 * shape is the same.
 */
export function selectTaskTree(state: FleetState, runId: string): readonly TaskNode[] {
  const below = new Map<string | undefined, TaskState[]>();
  const tasks = [...rowsOf(state.runs.get(runId)?.tasks, state.tasks)];
  const known = new Set(tasks.map((task) => task.id));
  for (const task of tasks) {
    const parent =
      task.parentTaskId !== undefined && known.has(task.parentTaskId) ? task.parentTaskId : undefined;
    const siblings = below.get(parent);
    if (siblings) siblings.push(task);
    else below.set(parent, [task]);
  }
  const nodes: TaskNode[] = [];
  const placed = new Set<string>();
  /** Without recursion: a chain of tasks may be deeper than the stack. */
  const place = (roots: readonly TaskState[]): void => {
    const open = roots.map((task) => ({ task, depth: 0 })).reverse();
    for (let next = open.pop(); next; next = open.pop()) {
      const { task, depth } = next;
      if (placed.has(task.id)) continue;
      placed.add(task.id);
      const children = below.get(task.id) ?? [];
      const node = { id: task.id, depth, children: children.length };
      const placedNode =
        depth > 0 && task.parentTaskId !== undefined ? { ...node, parentId: task.parentTaskId } : node;
      nodes.push(keepNode(task.key, placedNode));
      for (const child of [...children].reverse()) open.push({ task: child, depth: depth + 1 });
    }
  };
  place(below.get(undefined) ?? []);
  // What is left hangs together in circles; each is opened at its oldest task.
  for (const task of tasks) if (!placed.has(task.id)) place([task]);
  return keepTree(runId, nodes);
}
