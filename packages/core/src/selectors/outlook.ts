import { isFinal } from '../model/status.js';
import type { FleetState, TaskState } from '../projection/state.js';
import { createKeep } from './keep.js';
import { rowsOf } from './runs.js';

/** What going on will about cost, as far as it can be known. */
export interface Outlook {
  /** Tasks that exist and are not over. */
  readonly openTasks: number;
  /**
   * Nano-dollars that they will cost if they cost what completed ones of their role did on average, less what they
   * have cost already. `undefined` while there is nothing to compare with.
   */
  readonly nanoUsd: number | undefined;
}

interface Mean {
  sum: number;
  count: number;
}

const keepOutlook = createKeep<Outlook>();

/**
 * Estimates the rest of a run from what is done: for each open task the mean cost of the completed tasks of its role
 * or node, or of all where none of them is done. Tasks that do not exist yet are not in it; reused ones cost nothing and
 * do not count. The same object while neither figure changes.
 */
export function selectOutlook(state: FleetState, runId: string): Outlook {
  const means = new Map<string, Mean>();
  const all: Mean = { sum: 0, count: 0 };
  const open: TaskState[] = [];
  for (const task of rowsOf(state.runs.get(runId)?.tasks, state.tasks)) {
    if (!isFinal(task.status)) open.push(task);
    if (task.status !== 'completed' || task.reason === 'reused' || task.totals.cost.unknownCalls > 0)
      continue;
    let mean = means.get(kindOf(task));
    if (!mean) means.set(kindOf(task), (mean = { sum: 0, count: 0 }));
    for (const each of [mean, all]) {
      each.sum += task.totals.cost.nanoUsd;
      each.count += 1;
    }
  }
  let rest = 0;
  for (const task of open) {
    const { sum, count } = means.get(kindOf(task)) ?? all;
    rest += Math.max(0, sum / count - task.totals.cost.nanoUsd);
  }
  const isKnown = all.sum > 0 && open.length > 0;
  return keepOutlook(runId, { openTasks: open.length, nanoUsd: isKnown ? Math.round(rest) : undefined });
}

const kindOf = ({ role, node, name }: TaskState): string => role ?? node ?? name;
