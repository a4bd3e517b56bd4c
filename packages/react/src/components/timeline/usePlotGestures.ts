'use client';

import { useEffect } from 'react';
import { useLatest } from '../../lib/useLatest.js';
import type { WindowActions } from './useAxisWindow.js';

/** A drag begins after so many pixels; before it, it is a click. */
const SLACK = 4;
/** How much a notch of the wheel zooms. */
const WHEEL_ZOOM = 0.0022;

export interface PlotGestures {
  /** What scrolls, and takes the gestures. */
  readonly viewport: HTMLElement | null;
  /** What time is mapped to; its box is where the gestures are measured. */
  readonly plot: HTMLElement | null;
  readonly actions: WindowActions;
  /** Share of the plot's width at which the pointer is, `undefined` when it has left. */
  readonly onNeedle: (share: number | undefined) => void;
}

/**
 * Gestures over the lanes: the wheel with ctrl, or two fingers, zoom; the wheel with shift, a sideways wheel, or a drag
 * pan; the plain wheel still scrolls. Listens by itself, because only so a browser's own zoom can be prevented.
 */
export function usePlotGestures({ viewport, plot, actions, onNeedle }: PlotGestures): void {
  const latest = useLatest(onNeedle);
  useEffect(() => {
    if (!viewport || !plot) return undefined;
    const fingers = new Map<number, number>();
    let drag: { readonly from: number; last: number; moved: boolean } | undefined;
    let spread = 0;
    const shareOf = (clientX: number): number => {
      const box = plot.getBoundingClientRect();
      const share = (clientX - box.left) / (box.width || 1);
      return getComputedStyle(plot).direction === 'rtl' ? 1 - share : share;
    };
    const isInPlot = (target: EventTarget | null): boolean =>
      target instanceof Element && target.closest('.fg-lane-plot') !== null;

    const wheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        actions.zoom(Math.exp(-event.deltaY * WHEEL_ZOOM), Math.min(1, Math.max(0, shareOf(event.clientX))));
        return;
      }
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (!event.shiftKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      event.preventDefault();
      actions.pan(sideways / (plot.clientWidth || 1));
    };
    const down = (event: PointerEvent): void => {
      viewport.removeEventListener('click', swallow, { capture: true });
      if (event.button !== 0 || !isInPlot(event.target)) return;
      const share = shareOf(event.clientX);
      fingers.set(event.pointerId, share);
      drag = fingers.size === 1 ? { from: share, last: share, moved: false } : undefined;
      spread = distance(fingers);
    };
    const move = (event: PointerEvent): void => {
      const share = shareOf(event.clientX);
      latest.current(share >= 0 && share <= 1 ? share : undefined);
      if (!fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, share);
      if (fingers.size > 1) {
        const now = distance(fingers);
        if (spread > 0 && now > 0) actions.zoom(now / spread, middle(fingers));
        spread = now;
        return;
      }
      if (!drag) return;
      if (!drag.moved && Math.abs(share - drag.from) * plot.clientWidth < SLACK) return;
      if (!drag.moved) viewport.setPointerCapture(event.pointerId);
      drag.moved = true;
      actions.pan(drag.last - share);
      drag.last = share;
    };
    const up = (event: PointerEvent): void => {
      fingers.delete(event.pointerId);
      spread = distance(fingers);
      if (fingers.size > 0 || !drag) return;
      // A drag that ends over a bar does not choose it.
      if (drag.moved) viewport.addEventListener('click', swallow, { capture: true, once: true });
      setDone();
    };
    const setDone = (): void => {
      drag = undefined;
    };
    const leave = (): void => latest.current(undefined);
    const cancel = (event: PointerEvent): void => {
      fingers.delete(event.pointerId);
      setDone();
    };

    viewport.addEventListener('wheel', wheel, { passive: false });
    viewport.addEventListener('pointerdown', down);
    viewport.addEventListener('pointermove', move);
    viewport.addEventListener('pointerup', up);
    viewport.addEventListener('pointercancel', cancel);
    viewport.addEventListener('pointerleave', leave);
    return () => {
      viewport.removeEventListener('wheel', wheel);
      viewport.removeEventListener('pointerdown', down);
      viewport.removeEventListener('pointermove', move);
      viewport.removeEventListener('pointerup', up);
      viewport.removeEventListener('pointercancel', cancel);
      viewport.removeEventListener('pointerleave', leave);
      viewport.removeEventListener('click', swallow, { capture: true });
    };
  }, [viewport, plot, actions, latest]);
}

function swallow(event: Event): void {
  event.stopPropagation();
}

const distance = (fingers: ReadonlyMap<number, number>): number => {
  const [a, b] = [...fingers.values()];
  return a === undefined || b === undefined ? 0 : Math.abs(a - b);
};

const middle = (fingers: ReadonlyMap<number, number>): number => {
  const [a = 0.5, b = 0.5] = [...fingers.values()];
  return (a + b) / 2;
};
