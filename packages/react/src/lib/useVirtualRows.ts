'use client';

import { useState } from 'react';
import { useBrowserLayoutEffect } from './useBrowserLayoutEffect.js';

/** Which rows of a list are drawn. */
export interface VirtualRows {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

/** Rows are drawn this many pixels beyond what can be seen. */
const MARGIN = 400;
/** Scrolling by less than this share of it draws nothing anew; below a half, so that no gap is seen. */
const STEP = 0.4;
/** Height of what can be seen until it is known. */
const FIRST_HEIGHT = 600;

/** Where each row begins, and at the end how high all of them are. */
export function offsetsOf<T>(rows: readonly T[], heightOf: (row: T) => number): readonly number[] {
  const offsets = [0];
  for (const row of rows) offsets.push((offsets.at(-1) ?? 0) + heightOf(row));
  return offsets;
}

/**
 * The rows of a scrolled list that are worth drawing. The heights are known beforehand, so that nothing is measured
 * and nothing moves when rows are added. Renders again while the reader scrolls.
 *
 * @param offsets see {@link offsetsOf}
 * @param atEnd the end is shown, wherever it is
 * @param margin rows are drawn this many pixels beyond what can be seen
 * @param firstHeight height of what can be seen, until it is known
 */
export function useVirtualRows(
  viewport: HTMLElement | null,
  offsets: readonly number[],
  atEnd = false,
  margin = MARGIN,
  firstHeight = FIRST_HEIGHT,
): VirtualRows {
  const seen = useSeen(viewport, margin * STEP, firstHeight);
  const total = offsets.at(-1) ?? 0;
  const top = atEnd ? Math.max(0, total - seen.height) : seen.top;
  const from = Math.max(0, firstAbove(offsets, top - margin) - 1);
  const to = Math.min(offsets.length - 1, firstAbove(offsets, top + seen.height + margin));
  return { from, to: Math.max(from, to) };
}

/** What of a scrolled element can be seen. Renders again when that moves by a step, or its height changes. */
function useSeen(
  viewport: HTMLElement | null,
  step = MARGIN * STEP,
  firstHeight = FIRST_HEIGHT,
): { readonly top: number; readonly height: number } {
  const [seen, setSeen] = useState({ top: 0, height: firstHeight });
  useBrowserLayoutEffect(() => {
    if (!viewport) return undefined;
    const look = (): void => {
      const top = Math.floor(viewport.scrollTop / step) * step;
      const height = viewport.clientHeight || firstHeight;
      setSeen((last) => (last.top === top && last.height === height ? last : { top, height }));
    };
    look();
    viewport.addEventListener('scroll', look, { passive: true });
    const observer = typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver(look);
    observer?.observe(viewport);
    return () => {
      viewport.removeEventListener('scroll', look);
      observer?.disconnect();
    };
  }, [viewport, step, firstHeight]);
  return seen;
}

/**
 * The same for rows of one height, whose number may then be any: none of them is looked at.
 *
 * @param count how many rows there are
 */
export function useEvenRows(viewport: HTMLElement | null, count: number, rowHeight: number): VirtualRows {
  const { top, height } = useSeen(viewport);
  const to = Math.min(count, Math.ceil((top + height + MARGIN) / rowHeight));
  return { from: Math.max(0, Math.min(to, Math.floor((top - MARGIN) / rowHeight))), to };
}

/** Index of the first offset above `place`; offsets ascend. */
function firstAbove(offsets: readonly number[], place: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
