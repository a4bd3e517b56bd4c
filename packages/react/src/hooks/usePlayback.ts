'use client';

import { nextMoment } from '@fleetglass/core/client';
import type { Moment, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { createPlayback } from '../context/playback.js';
import type { Playback, PlaybackState } from '../context/playback.js';
import { createTrack } from '../context/replay-track.js';
import { useLatest } from '../lib/useLatest.js';
import { isShallowEqual } from './selection.js';
import { useMoments } from './useMoments.js';
import { useMonitorSelector } from './useMonitorSelector.js';
import { positionIn, useReplay } from './useReplay.js';
import type { ReplayPosition } from './useReplay.js';

/** Playing a run, and moving in it by hand. */
export interface PlaybackControl
  extends ReplayPosition, PlaybackState, Pick<Playback, 'play' | 'pause' | 'setPace' | 'moveTo'> {
  /** Where one may stop, up to the present. */
  readonly moments: readonly Moment[];
  readonly next: Moment | undefined;
  readonly previous: Moment | undefined;
  /** Milliseconds by which the moment shown is older than the newest one. */
  readonly behindMs: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const spanIn = ({ live }: MonitorSnapshot, runId: string | undefined): Span => {
  const run = runId === undefined ? undefined : live.runs.get(runId);
  return run ? { from: run.createdAt, to: run.lastEventAt } : { from: 0, to: live.time };
};

/**
 * Plays a run in ten seconds at most, and moves in it. Renders again as the position moves and moments are added, at
 * most at the cost cadence.
 *
 * @param runId run among whose events it moves; all events of the log without one
 * @param onSeek takes over moving, for a host that owns the position; `undefined` is the present
 */
export function usePlayback(
  runId: string | undefined,
  onSeek?: (seq: number | undefined) => void,
): PlaybackControl {
  const { monitor, hub, clock, cadence } = useMonitorSource();
  const latest = useLatest(onSeek);
  const playback = useMemo(() => {
    const channel = hub.channel(0);
    return createPlayback({
      clock,
      getPosition: () => positionIn(monitor.getSnapshot(), runId),
      subscribe: channel.subscribe,
      show(seq) {
        if (latest.current) latest.current(seq);
        else if (seq === undefined) monitor.goLive();
        else monitor.seek(seq);
      },
    });
  }, [monitor, hub, clock, runId, latest]);
  const state = useSyncExternalStore(playback.subscribe, playback.getState, playback.getState);
  const { mode, seq, first, head, time, seeking } = useReplay(runId);
  const { from, to } = useMonitorSelector(
    useCallback((snapshot: MonitorSnapshot) => spanIn(snapshot, runId), [runId]),
    { isEqual: isShallowEqual, periodMs: cadence.cost },
  );
  const moments = useMoments(runId);
  const { pace } = state;
  const track = useMemo(
    () => createTrack({ first, head, from, to, moments, pace }),
    [first, head, from, to, moments, pace],
  );
  useEffect(() => playback.setTrack(track), [playback, track]);
  const at = state.wanted ?? seq;
  const earlier = useMemo(() => moments.filter((moment) => moment.seq >= first), [moments, first]);
  return {
    ...state,
    mode,
    seq,
    first,
    head,
    time,
    seeking,
    play: playback.play,
    pause: playback.pause,
    setPace: playback.setPace,
    moveTo: playback.moveTo,
    moments: earlier,
    next: nextMoment(earlier, at, 1),
    previous: nextMoment(earlier, at, -1),
    behindMs: mode === 'live' ? 0 : Math.max(0, to - time),
  };
}
