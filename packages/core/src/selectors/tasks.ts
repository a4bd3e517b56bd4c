import { taskKey } from '../projection/keys.js';
import type { FleetState, TaskState } from '../projection/state.js';
import { createKeep } from './keep.js';
import { rowsOf } from './runs.js';
import { taskIndexOf } from './task-index.js';
import type { TaskNode } from './task-index.js';

const keepIds = createKeep<readonly string[]>();

/** Ids of a run's tasks in the order of their creation. The same array while none appears. */
export function selectTaskIds(state: FleetState, runId: string): readonly string[] {
  return keepIds(
    runId,
    Array.from(rowsOf(state.runs.get(runId)?.tasks, state.tasks), (task) => task.id),
  );
}

/** A task of a run; `undefined` when it is not held. Unchanged tasks keep their identity. */
export const selectTask = (state: FleetState, runId: string, taskId: string): TaskState | undefined =>
  state.tasks.get(taskKey(runId, taskId));

/**
 * A run's tasks as a tree in reading order: each after its parent, siblings in the order of their creation, the branches
 * of a fan-out below a node of their own. A task whose parent is not there, or that would be its own ancestor, stands at
 * the top. The same array while the tree's shape is the same, and the same nodes where nothing around them changed.
 */
export const selectTaskTree = (state: FleetState, runId: string): readonly TaskNode[] =>
  taskIndexOf(state, runId).nodes;
