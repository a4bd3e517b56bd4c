'use client';

import { findIdleGaps, spanTimes } from '@fleetglass/core/client';
import type { Lane, TimeWindow } from '@fleetglass/core/client';
import { useCallback, useMemo, useState } from 'react';
import { createTimeAxis } from './time-axis.js';
import type { TimeAxis } from './time-axis.js';
import { axisEnd, createTimeScale } from './time-scale.js';
import type { TimeScale } from './time-scale.js';
import type { Shown } from './axis-window.js';
import { useAxisWindow } from './useAxisWindow.js';
import type { WindowActions } from './useAxisWindow.js';

export interface TimelineInput {
  readonly run:
    | {
        readonly startedAt?: number | undefined;
        readonly createdAt: number;
        readonly endedAt?: number | undefined;
        readonly source?: string | undefined;
      }
    | undefined;
  readonly runNow: number;
  readonly lanes: readonly Lane[];
  readonly width: number;
  readonly running: boolean;
}

const NO_FOLDS: readonly TimeWindow[] = [];

/** Time of a timeline: all of it, the part in view, and its idle gaps. */
export interface Timeline {
  readonly start: number;
  readonly now: number;
  readonly axis: TimeAxis;
  readonly scale: TimeScale;
  readonly shown: Shown;
  readonly actions: WindowActions;
  readonly gaps: readonly TimeWindow[];
  readonly toggleGap: (gap: TimeWindow) => void;
}

/** Axis and scale keep their identity until they really change, so that lanes at rest are not drawn again. */
export function useTimeline({ run, runNow, lanes, width, running }: TimelineInput): Timeline {
  const extent = useMemo(() => (run ? undefined : extentOf(lanes)), [run, lanes]);
  const start = run ? (run.startedAt ?? run.createdAt) : (extent?.from ?? 0);
  const isOpen = run ? run.endedAt === undefined && run.source === undefined : running;
  const now = Math.max(start, run ? runNow : running ? Math.max(runNow, extent?.to ?? 0) : (extent?.to ?? 0));
  const end = axisEnd(start, now, isOpen);

  const [folded, setFolded] = useState<readonly number[]>([]);
  // While time goes on, the wait for the next span is not a gap yet.
  const found = useMemo(
    () => findIdleGaps(lanes, { from: start, to: isOpen ? lastEnd(lanes, now) : now }),
    [lanes, start, isOpen, now],
  );
  // The same gaps are the same object, although time goes on.
  const gapText = JSON.stringify(found);
  const gaps = useMemo(() => JSON.parse(gapText) as readonly TimeWindow[], [gapText]);
  const toggleGap = useCallback(
    ({ from }: TimeWindow) =>
      setFolded((last) => (last.includes(from) ? last.filter((one) => one !== from) : [...last, from])),
    [],
  );
  const folds = useMemo(
    () => (folded.length > 0 ? gaps.filter(({ from }) => folded.includes(from)) : NO_FOLDS),
    [gaps, folded],
  );
  // Without folds places do not depend on the width.
  const room = folds.length > 0 ? width : 0;
  const axis = useMemo(() => createTimeAxis(start, end, folds, room), [start, end, folds, room]);
  const { shown, actions } = useAxisWindow(axis);
  const scale = useMemo(() => createTimeScale(axis, shown, width), [axis, shown, width]);
  return { start, now, axis, scale, shown, actions, gaps, toggleGap };
}

/** Time that the lanes themselves take. */
function extentOf(lanes: readonly Lane[]): TimeWindow {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { agent, spans } of lanes) {
    from = Math.min(from, spans[0]?.span.startedAt ?? agent.joinedAt);
    const { starts, ends, last } = spanTimes(spans);
    if (last < Number.POSITIVE_INFINITY) to = Math.max(to, last);
    // What runs has no end yet: its start is what is known.
    else ends.forEach((end, at) => (to = Math.max(to, Number.isFinite(end) ? end : (starts[at] ?? end))));
  }
  return from <= to
    ? { from, to }
    : { from: Number.isFinite(from) ? from : 0, to: Number.isFinite(from) ? from : 0 };
}

function lastEnd(lanes: readonly Lane[], now: number): number {
  let last = 0;
  for (const { spans } of lanes) last = Math.max(last, spanTimes(spans).last);
  return Math.min(last, now);
}
