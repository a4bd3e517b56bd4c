'use client';

import { useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { useMonitorSource } from '../../context/monitor-context.js';

export interface LiveRegionProps {
  /** Grows with everything that may be announced. */
  readonly position: number;
  /** A sentence about what is newer than the given position; empty when nothing is worth it. */
  readonly summarise: (since: number) => string;
  /** Says nothing, and does not catch up later. */
  readonly muted?: boolean;
}

/** Least time between two announcements, so that a listener is not flooded. */
const QUIET_MS = 5000;

/** Tells assistive technology what is new, once every few seconds at most. What was there at first is not news. */
export function LiveRegion({ position, summarise, muted = false }: LiveRegionProps): ReactElement {
  const { clock } = useMonitorSource();
  const [text, setText] = useState('');
  const said = useRef(position);
  const timer = useRef<unknown>(undefined);
  const latest = useRef({ position, summarise });

  useEffect(() => {
    latest.current = { position, summarise };
    if (muted || position < said.current) {
      said.current = position;
      return;
    }
    if (position === said.current || timer.current !== undefined) return;
    timer.current = clock.setTimeout(() => {
      timer.current = undefined;
      setText(latest.current.summarise(said.current));
      said.current = latest.current.position;
    }, QUIET_MS);
  }, [clock, muted, position, summarise]);

  useEffect(
    () => () => {
      if (timer.current !== undefined) clock.clearTimeout(timer.current);
      timer.current = undefined;
    },
    [clock],
  );

  return (
    <p className="fg-hidden" role="status">
      {text}
    </p>
  );
}
