'use client';

import { selectTaskIdsBelow, taskNodeKey } from '@fleetglass/core/client';
import type { MonitorSnapshot } from '@fleetglass/core/client';
import type { EventFamily, EventType, FleetEvent } from '@fleetglass/core/protocol';
import { useCallback, useMemo } from 'react';
import { useMonitorSource } from '../../context/monitor-context.js';
import { useEvents } from '../../hooks/useEvents.js';
import { isShallowEqual } from '../../hooks/selection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';

/** What the state does not keep of a task. */
const HISTORY: readonly EventType[] = [
  'task.created',
  'task.assigned',
  'task.paused',
  'task.resumed',
  'task.retrying',
  'task.failed',
  'task.cancelled',
];
const FILES: readonly EventFamily[] = ['file'];
const LOGS: readonly EventFamily[] = ['log'];

export interface TaskHistory {
  readonly events: readonly FleetEvent[];
  readonly loading: boolean;
  /** Why it could not be read. */
  readonly error: string | undefined;
  /** Position of the moment before it was there; absent while that is not known. */
  readonly before: number | undefined;
}

/** Attempts and acts of a task, read from the log. Renders again when one arrives, at most twice a second. */
export function useTaskHistory(runId: string, taskId: string): TaskHistory {
  const { events, loading, error } = useEvents({ runId, taskId, types: HISTORY });
  const created = events.find(({ type }) => type === 'task.created') ?? events[0];
  return { events, loading, error: error?.message, before: created && created.seq - 1 };
}

/** Files that a task and those below it touched, each once. Renders again when that changes, at most twice a second. */
export function useTaskFiles(runId: string, taskId: string): number {
  const { cadence } = useMonitorSource();
  const ids = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => selectTaskIdsBelow(state, runId, taskNodeKey(taskId)),
      [runId, taskId],
    ),
    { isEqual: isShallowEqual, periodMs: cadence.cost },
  );
  // A task with nothing below it need not read what the others did.
  const { events } = useEvents({ runId, taskId: ids.length > 1 ? undefined : taskId, types: FILES });
  return useMemo(() => {
    const wanted = new Set(ids);
    const paths = new Set<unknown>();
    for (const event of events)
      if (wanted.has(event.taskId ?? '')) paths.add((event.data as { path?: unknown }).path);
    return paths.size;
  }, [events, ids]);
}

/** Lines that a task itself wrote to the log. Renders again when that changes, at most twice a second. */
export function useTaskLogs(runId: string, taskId: string): number {
  const { events, omitted } = useEvents({ runId, taskId, types: LOGS });
  return events.length + omitted;
}
