'use client';

import { useCallback, useRef, useState } from 'react';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';

export interface StickToEnd {
  /** The element that scrolls, once it is there. */
  readonly viewport: HTMLDivElement | null;
  readonly setViewport: (element: HTMLDivElement | null) => void;
  /** Entries that arrived since the reader left the end; 0 while the end is shown. */
  readonly unseen: number;
  readonly atEnd: boolean;
  readonly toEnd: () => void;
  readonly onScroll: () => void;
}

/** Distance from the end in pixels at which the reader still counts as being there. */
const SLACK = 24;

/**
 * Follows the end of a list only while the reader is there; otherwise nothing moves and what arrives is counted.
 *
 * @param newest a number that grows with each entry, such as its `seq`
 * @param countSince how many entries are newer than the given one
 */
export function useStickToEnd(newest: number, countSince: (seen: number) => number): StickToEnd {
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  const [leftAt, setLeftAt] = useState<number>();

  const toEnd = useCallback(() => {
    if (viewport) scrollToEnd(viewport);
    setLeftAt(undefined);
  }, [viewport]);

  const onScroll = useCallback(() => {
    if (!viewport) return;
    const atEnd = viewport.scrollHeight - viewport.scrollTop - viewport.clientHeight <= SLACK;
    setLeftAt((seen) => (atEnd ? undefined : (seen ?? newest)));
  }, [viewport, newest]);

  // Going back in replay leaves nothing unseen.
  const unseen = leftAt === undefined ? 0 : Math.max(0, countSince(leftAt));
  return { viewport, setViewport, unseen, atEnd: leftAt === undefined, toEnd, onScroll };
}

/** Rows of a list that is bounded: what is added at its end makes it forget at its beginning. */
export interface BoundedRows {
  /** Number of the first row, which grows as rows are forgotten. */
  readonly first: number;
  readonly numberOf: (index: number) => number;
  /** See `offsetsOf`. */
  readonly offsets: readonly number[];
}

/**
 * Keeps what is looked at where it is when rows change: the end in view while `atEnd` is set, otherwise the row that
 * the reader sees, whatever was forgotten above it. It costs a layout, once for each change.
 */
export function useKeepPlace(viewport: HTMLElement | null, atEnd: boolean, rows: BoundedRows): void {
  const last = useRef<BoundedRows>(undefined);
  useBrowserLayoutEffect(() => {
    const before = last.current;
    last.current = rows;
    if (!viewport) return;
    if (atEnd) scrollToEnd(viewport);
    else if (before && before.first < rows.first) scrollBack(viewport, heightBefore(rows.first, before));
  }, [viewport, atEnd, rows]);
}

function heightBefore(first: number, { offsets, numberOf }: BoundedRows): number {
  let index = 0;
  while (index < offsets.length - 1 && numberOf(index) < first) index += 1;
  return offsets[index] ?? 0;
}

function scrollBack(element: HTMLElement, pixels: number): void {
  element.scrollTop -= pixels;
}

function scrollToEnd(element: HTMLElement): void {
  element.scrollTop = element.scrollHeight;
}
