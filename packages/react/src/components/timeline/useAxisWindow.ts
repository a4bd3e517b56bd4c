'use client';

import { useMemo, useState } from 'react';
import { useLatest } from '../../lib/useLatest.js';
import { fitWindow, panWindow, revealInWindow, zoomWindow } from './axis-window.js';
import type { Shown } from './axis-window.js';
import { placeOf } from './time-axis.js';
import type { TimeAxis } from './time-axis.js';

/** Moves what is in view. */
export interface WindowActions {
  /** @param anchor share of the width that stays where it is, the middle by default */
  readonly zoom: (factor: number, anchor?: number) => void;
  /** @param share of what is in view, positive towards the end */
  readonly pan: (share: number) => void;
  /** Shows a part of the axis, in places; all of it without one. */
  readonly show: (from?: number, to?: number) => void;
  /** Shows a stretch of time with some room on both sides. */
  readonly fit: (from: number, to: number) => void;
  /** Moves just so far that a stretch of time is in view. */
  readonly reveal: (from: number, to: number) => void;
}

/** What is in view: everything until the reader chooses a part, which then stays while the run goes on. */
export function useAxisWindow(axis: TimeAxis): { readonly shown: Shown; readonly actions: WindowActions } {
  const [shown, setShown] = useState<Shown>();
  const latest = useLatest(axis);
  const actions = useMemo<WindowActions>(
    () => ({
      zoom: (factor, anchor = 0.5) =>
        setShown((last) => zoomWindow(last, latest.current.length, factor, anchor)),
      pan: (share) => setShown((last) => panWindow(last, latest.current.length, share)),
      show: (from = 0, to = Number.POSITIVE_INFINITY) => setShown(fitWindow(from, to, latest.current.length)),
      fit(from, to) {
        const [start, end] = [placeOf(latest.current, from), placeOf(latest.current, to)];
        const room = Math.max(10, (end - start) * 0.15);
        setShown(fitWindow(start - room, end + room, latest.current.length));
      },
      reveal: (from, to) =>
        setShown((last) =>
          revealInWindow(
            last,
            latest.current.length,
            placeOf(latest.current, from),
            placeOf(latest.current, to),
          ),
        ),
    }),
    [latest],
  );
  return { shown, actions };
}
