'use client';

import type { MonitorSnapshot, RunState } from '@fleetglass/core/client';
import { isFinal } from '@fleetglass/core/client';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector, useTick } from './useMonitorSelector.js';

const selectReplayTime = ({ mode, state }: MonitorSnapshot): number | undefined =>
  mode === 'replay' ? state.time : undefined;

/**
 * The present of the log in milliseconds since the epoch, whatever this machine's clock shows, or in replay the moment
 * shown. Renders again each second while the page is visible.
 *
 * @param active `false` stops the ticking
 * @default active true
 */
export function useNow(active = true): number {
  const { logTime } = useMonitorSource();
  const replayTime = useMonitorSelector(selectReplayTime);
  const tick = useTick(active && replayTime === undefined);
  return replayTime ?? logTime.at(tick);
}

/** What {@link useRunNow} needs of a run. */
export interface RunTimes extends Pick<RunState, 'status' | 'lastEventAt'> {
  readonly endedAt?: number | undefined;
  readonly source?: string | undefined;
}

/**
 * Like {@link useNow}, but stands still where the run does: at its end, or at the last event of a recording.
 * It is never before the run's last event.
 */
export function useRunNow(run: RunTimes | undefined): number {
  const over = run !== undefined && (isFinal(run.status) || run.source !== undefined);
  const now = useNow(!over);
  if (!run) return now;
  if (over) return Math.max(run.endedAt ?? 0, run.lastEventAt);
  return Math.max(now, run.lastEventAt);
}
