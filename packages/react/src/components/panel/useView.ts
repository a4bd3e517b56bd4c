'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useMonitorSource } from '../../context/monitor-context.js';
import { useLatest } from '../../lib/useLatest.js';
import { changeView } from './view.js';
import type { View, ViewChange } from './view.js';

/** A view and its change, whoever owns it. */
export interface ViewControl {
  readonly view: View;
  readonly change: (change: ViewChange) => void;
}

/**
 * The panel's view. Controlled (`value` given) the host owns it and the monitor follows `value.seq`; otherwise the
 * panel keeps it. Renders again when the view changes.
 */
export function useView(value: View | undefined, onChange: ((view: View) => void) | undefined): ViewControl {
  const { monitor } = useMonitorSource();
  const [own, setOwn] = useState<View>({});
  const view = value ?? own;
  const latestRef = useLatest({ view, onChange, controlled: value !== undefined });

  const seq = view.seq;
  const moved = useRef(false);
  useEffect(() => {
    if (seq === undefined && !moved.current) return;
    moved.current = true;
    showMoment(monitor, seq);
  }, [monitor, seq]);

  const change = useCallback(
    (part: ViewChange) => {
      const { view: before, onChange: tell, controlled } = latestRef.current;
      const next = changeView(before, part);
      if (!controlled) {
        latestRef.current = { ...latestRef.current, view: next };
        setOwn(next);
      }
      tell?.(next);
    },
    [latestRef],
  );
  return { view, change };
}

function showMoment(
  monitor: { seek(seq: number): void; goLive(): void; getSnapshot(): MonitorSnapshot },
  seq: number | undefined,
): void {
  if (seq !== undefined) monitor.seek(seq);
  else if (monitor.getSnapshot().mode === 'replay') monitor.goLive();
}
