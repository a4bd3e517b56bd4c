'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback, useMemo } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { isShallowEqual } from './selection.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/** Which moment every panel shows. */
export interface ReplayPosition {
  readonly mode: 'live' | 'replay';
  /** Position shown. */
  readonly seq: number;
  /** Positions between which it can be: those of the run, or of the whole log. */
  readonly first: number;
  readonly head: number;
  /** Milliseconds since the epoch of the moment shown. */
  readonly time: number;
  /** A past moment is being fetched; the panels still show the one before. */
  readonly seeking: boolean;
}

export interface Replay extends ReplayPosition {
  /** Shows the moment after event `seq`. */
  readonly seek: (seq: number) => void;
  readonly goLive: () => void;
}

/** Where the monitor stands among the events of a run. */
export function positionIn(snapshot: MonitorSnapshot, runId: string | undefined): ReplayPosition {
  const { mode, seeking, state, live } = snapshot;
  const run = runId === undefined ? undefined : live.runs.get(runId);
  const first = run ? Math.max(snapshot.first, run.firstSeq) : snapshot.first;
  const head = run ? Math.max(first, run.lastSeq) : snapshot.head;
  const seq = mode === 'live' ? head : Math.min(head, Math.max(first, snapshot.seq));
  const time = mode === 'live' && run ? run.lastEventAt : state.time;
  return { mode, seq, first, head, time, seeking };
}

/**
 * The scrubber's position and its two actions. Renders again as the position moves, at most at the cost cadence.
 *
 * @param runId run whose events it moves among
 * @default runId all events of the log
 */
export function useReplay(runId?: string): Replay {
  const { monitor, cadence } = useMonitorSource();
  const position = useMonitorSelector(
    useCallback((snapshot: MonitorSnapshot) => positionIn(snapshot, runId), [runId]),
    { isEqual: isShallowEqual, periodMs: cadence.cost },
  );
  return useMemo(
    () => ({ ...position, seek: (seq) => monitor.seek(seq), goLive: () => monitor.goLive() }),
    [monitor, position],
  );
}

const selectMode = ({ mode }: MonitorSnapshot) => mode;

/** Whether the past is shown. Renders again when that changes. */
export function useIsReplaying(): boolean {
  return useMonitorSelector(selectMode) === 'replay';
}
