'use client';

import {
  selectBoard,
  selectTaskAgents,
  selectTaskIds,
  selectTaskSummary,
  selectTaskTree,
  taskKey,
  taskNodeKey,
} from '@fleetglass/core/client';
import type {
  Board,
  BoardOptions,
  MonitorSnapshot,
  TaskAgent,
  TaskNode,
  TaskState,
  TaskSummary,
} from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { isShallowEqual } from './selection.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/** Ids of a run's tasks in the order of their creation. Renders again when a task appears. */
export function useTaskIds(runId: string): readonly string[] {
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectTaskIds(state, runId), [runId]),
  );
}

/**
 * A run's tasks as a tree in reading order, with a node for each fan-out. Renders again when the tree's shape changes,
 * at most at the cadence for progress; what a task says is not part of it.
 */
export function useTaskTree(runId: string): readonly TaskNode[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectTaskTree(state, runId), [runId]),
    { periodMs: cadence.progress },
  );
}

/**
 * Part of a task. Renders again at once when a member of the part changes.
 *
 * @param select module constant that returns a flat object
 */
export function useTaskPart<T extends object>(
  runId: string,
  taskId: string,
  select: (task: TaskState) => T,
): T | undefined {
  const key = taskKey(runId, taskId);
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => {
        const task = state.tasks.get(key);
        return task && select(task);
      },
      [key, select],
    ),
    { isEqual: isPartEqual },
  );
}

/**
 * A task, or a fan-out, with all that is below it: how far it is, what it cost, how long it took. Renders again when a
 * task of the run changes, at most at the cadence for cost.
 *
 * @param id of the task, or the key of a node of {@link useTaskTree}
 */
export function useTaskSummary(runId: string, id: string): TaskSummary | undefined {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        selectTaskSummary(state, runId, id) ?? selectTaskSummary(state, runId, taskNodeKey(id)),
      [runId, id],
    ),
    { isEqual: isSameSummary, periodMs: cadence.cost },
  );
}

/**
 * The agents that perform a task and those below it, each with its share. Renders again when a task of the run changes,
 * at most at the cadence for agents.
 *
 * @param id of the task, or the key of a node of {@link useTaskTree}
 */
export function useTaskAgents(runId: string, id: string): readonly TaskAgent[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => {
        const agents = selectTaskAgents(state, runId, id);
        return agents.length > 0 ? agents : selectTaskAgents(state, runId, taskNodeKey(id));
      },
      [runId, id],
    ),
    { isEqual: isSameAgents, periodMs: cadence.agents },
  );
}

/**
 * Tasks in columns, as on a kanban board. Renders again when a task appears or changes its place, at most at the cadence
 * for progress.
 *
 * @param runId @default the tasks of all runs
 * @param by see `BoardOptions`
 */
export function useBoard(runId?: string, by: BoardOptions['by'] = 'column'): Board {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => selectBoard(state, { by, ...(runId === undefined ? {} : { runId }) }),
      [runId, by],
    ),
    { periodMs: cadence.progress },
  );
}

function isPartEqual<T extends object>(a: T | undefined, b: T | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isShallowEqual(a, b));
}

type Sums = Pick<TaskSummary, 'totals' | 'startedAt' | 'endedAt'>;

/** Two sums that were made anew are the same for the screen when they say the same. */
function isSameSums(a: Sums, b: Sums): boolean {
  const { cost, usage, ...counts } = a.totals;
  const { cost: otherCost, usage: otherUsage, ...otherCounts } = b.totals;
  return (
    a.startedAt === b.startedAt &&
    a.endedAt === b.endedAt &&
    cost.nanoUsd === otherCost.nanoUsd &&
    cost.unknownCalls === otherCost.unknownCalls &&
    isShallowEqual(cost.byBasis, otherCost.byBasis) &&
    isShallowEqual(usage, otherUsage) &&
    isShallowEqual<object>(counts, otherCounts)
  );
}

function isSameSummary(a: TaskSummary | undefined, b: TaskSummary | undefined): boolean {
  if (a === b || !a || !b) return a === b;
  return a.tasks === b.tasks && isShallowEqual(a.counts, b.counts) && isSameSums(a, b);
}

function isSameAgents(a: readonly TaskAgent[], b: readonly TaskAgent[]): boolean {
  return (
    a.length === b.length &&
    a.every((agent, at) => {
      const { totals, ...rest } = agent;
      const other = b[at] as TaskAgent;
      const { totals: otherTotals, ...otherRest } = other;
      return isShallowEqual<object>(rest, otherRest) && isSameSums({ totals }, { totals: otherTotals });
    })
  );
}
