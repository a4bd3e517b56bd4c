import type { CostTotals } from '../model/cost.js';
import { ZERO_COST } from '../model/cost.js';
import type { FleetState, TaskState } from '../projection/state.js';
import { sumCosts } from './cost-sums.js';
import { createKeep, once } from './keep.js';
import { rowsOf } from './runs.js';

/** Id of the checkpoint before a run's first task; every other one has the id of the task whose end made it. */
export const START_CHECKPOINT = 'start';

/** A moment that a run can be forked from, as its events tell of it. */
export interface CheckpointView {
  /** What the command `fork` takes. */
  readonly id: string;
  /** The task whose end made it; absent for the start. */
  readonly task?: TaskState;
  /** Position in the log; 0 for the start. */
  readonly seq: number;
  /** Tasks that were completed by then. */
  readonly completed: number;
  /** Cost of these tasks: what a fork takes over without paying. */
  readonly spent: CostTotals;
}

const START: CheckpointView = { id: START_CHECKPOINT, seq: 0, completed: 0, spent: ZERO_COST };

const keepTasks = createKeep<readonly TaskState[]>();

const checkpointsOf = once((tasks: readonly TaskState[]): readonly CheckpointView[] => {
  let last = START;
  const ended = [...tasks].sort((a, b) => (a.endedSeq ?? 0) - (b.endedSeq ?? 0));
  return [
    START,
    ...ended.map(
      (task): CheckpointView =>
        (last = {
          id: task.id,
          task,
          seq: task.endedSeq ?? 0,
          completed: last.completed + 1,
          spent: sumCosts(last.spent, task.totals.cost),
        }),
    ),
  ];
});

/**
 * The checkpoints of a run that executes a graph, oldest first: its start, and the end of each completed task in the
 * order of commits. The same array while no task completes. Empty for an unknown run, one without a graph and a
 * recording: there is nothing to fork.
 */
export function selectCheckpoints(state: FleetState, runId: string): readonly CheckpointView[] {
  const run = state.runs.get(runId);
  if (!run?.graph || run.source !== undefined) return NONE;
  const completed: TaskState[] = [];
  for (const task of rowsOf(run.tasks, state.tasks)) if (task.status === 'completed') completed.push(task);
  return checkpointsOf(keepTasks(runId, completed));
}

const NONE: readonly never[] = Object.freeze([]);

/** The newest of `checkpoints` at position `seq`. */
export function checkpointAt(
  checkpoints: readonly CheckpointView[],
  seq: number,
): CheckpointView | undefined {
  return checkpoints.findLast((checkpoint) => checkpoint.seq <= seq);
}
