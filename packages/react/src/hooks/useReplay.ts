'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { useMemo } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { isShallowEqual } from './selection.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/** Which moment every panel shows. */
export interface ReplayPosition {
  readonly mode: 'live' | 'replay';
  /** Position shown. */
  readonly seq: number;
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

const select = ({ mode, seq, first, head, seeking, state }: MonitorSnapshot): ReplayPosition => ({
  mode,
  seq,
  first,
  head,
  seeking,
  time: state.time,
});

/** The scrubber's position and its two actions. Renders again as the position moves, at most at the cost cadence. */
export function useReplay(): Replay {
  const { monitor, cadence } = useMonitorSource();
  const position = useMonitorSelector(select, { isEqual: isShallowEqual, periodMs: cadence.cost });
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
