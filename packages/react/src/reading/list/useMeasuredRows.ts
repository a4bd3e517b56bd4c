'use client';

import { useCallback, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import type { VirtualRows } from '../../lib/useVirtualRows.js';
import { createRowHeights } from './row-heights.js';

export interface MeasuredRows {
  readonly drawn: VirtualRows;
  readonly offsets: readonly number[];
  /** Remembers what the reader sees, so that it stays where it is; to be called when the list was scrolled. */
  readonly remember: () => void;
  /** Brings a row into view, if it is not there, near the top. */
  readonly show: (index: number) => void;
}

export interface MeasuredRowsOptions<R> {
  readonly viewport: HTMLElement | null;
  /** Its children are the rows that are drawn, each with its `data-index`. */
  readonly list: RefObject<HTMLElement | null>;
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  /** Pixels of a row that was not measured yet. */
  readonly heightOf: (row: R) => number;
  /** Follow the end, wherever it is. */
  readonly stick: boolean;
}

/** Share of the height of what is seen above a row that was asked for. */
const HEADROOM = 0.15;

/**
 * The rows of a scrolled list that are worth drawing, where a row's height is known only once it is drawn. What the
 * reader sees stays where it is while rows above it are measured, added, forgotten or opened.
 */
export function useMeasuredRows<R>({
  viewport,
  list,
  rows,
  keyOf,
  heightOf,
  stick,
}: MeasuredRowsOptions<R>): MeasuredRows {
  const [heights] = useState(createRowHeights);
  const [measured, setMeasured] = useState(0);
  const offsets = useMemo(
    () => offsetsOf(rows, (row) => heights.get(keyOf(row)) ?? heightOf(row)),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `measured` tells that `heights` says something else
    [rows, heights, keyOf, heightOf, measured],
  );
  const drawn = useVirtualRows(viewport, offsets, stick);
  /** First row in view, and how far below the upper edge it begins. */
  const place = useRef<{ readonly key: string; readonly top: number }>(undefined);

  const remember = useCallback(() => {
    if (!viewport || !list.current) return;
    const { scrollTop } = viewport;
    for (const element of list.current.children) {
      if (!(element instanceof HTMLElement)) continue;
      if (element.offsetTop + element.offsetHeight <= scrollTop) continue;
      const row = rows[Number(element.dataset['index'])];
      if (row) place.current = { key: keyOf(row), top: element.offsetTop - scrollTop };
      return;
    }
  }, [viewport, list, rows, keyOf]);

  const settle = useCallback(() => {
    if (!viewport || !list.current) return;
    let isNew = false;
    for (const element of list.current.children) {
      const row = element instanceof HTMLElement ? rows[Number(element.dataset['index'])] : undefined;
      const { height } = element.getBoundingClientRect();
      if (row && height > 0 && heights.set(keyOf(row), height)) isNew = true;
    }
    if (stick) scrollTo(viewport, viewport.scrollHeight);
    else if (place.current) keep(viewport, list.current, rows, keyOf, offsets, place.current);
    if (!place.current) remember();
    if (isNew) setMeasured((count) => count + 1);
  }, [viewport, list, rows, keyOf, heights, offsets, stick, remember]);

  useBrowserLayoutEffect(settle);
  useObserved(list, settle, drawn);

  const show = useCallback(
    (index: number) => {
      const row = rows[index];
      if (!viewport || !row) return;
      const [from = 0, to = 0] = offsets.slice(index, index + 2);
      const { scrollTop, clientHeight } = viewport;
      if (from >= scrollTop && to <= scrollTop + clientHeight) return;
      const top = Math.round(clientHeight * HEADROOM);
      place.current = { key: keyOf(row), top };
      scrollTo(viewport, from - top);
    },
    [viewport, rows, keyOf, offsets],
  );
  return { drawn, offsets, remember, show };
}

/** Measures again when a drawn row changes its height by itself. */
function useObserved(list: RefObject<HTMLElement | null>, settle: () => void, drawn: VirtualRows): void {
  const latest = useRef(settle);
  useBrowserLayoutEffect(() => {
    latest.current = settle;
  });
  useBrowserLayoutEffect(() => {
    if (typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(() => latest.current());
    for (const element of list.current?.children ?? []) observer.observe(element);
    return () => observer.disconnect();
  }, [list, drawn.from, drawn.to]);
}

function keep<R>(
  viewport: HTMLElement,
  list: HTMLElement,
  rows: readonly R[],
  keyOf: (row: R) => string,
  offsets: readonly number[],
  { key, top }: { readonly key: string; readonly top: number },
): void {
  const isIt = (row: R | undefined): boolean => row !== undefined && keyOf(row) === key;
  for (const element of list.children) {
    if (!(element instanceof HTMLElement) || !isIt(rows[Number(element.dataset['index'])])) continue;
    const moved = element.offsetTop - viewport.scrollTop - top;
    if (Math.abs(moved) >= 1) scrollTo(viewport, viewport.scrollTop + moved);
    return;
  }
  const index = rows.findIndex(isIt);
  if (index >= 0) scrollTo(viewport, (offsets[index] ?? 0) - top);
}

/** Those who draw by the place hear of it at once, and not only after the next frame. */
function scrollTo(viewport: HTMLElement, top: number): void {
  const before = viewport.scrollTop;
  viewport.scrollTop = top;
  if (viewport.scrollTop !== before) viewport.dispatchEvent(new Event('scroll'));
}
