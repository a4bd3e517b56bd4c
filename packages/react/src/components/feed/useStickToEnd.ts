'use client';

import { useCallback, useLayoutEffect, useState } from 'react';

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

/** Keeps the end in view while `atEnd` is set; once for each change of `content`, because it costs a layout. */
export function useKeepEnd(viewport: HTMLElement | null, atEnd: boolean, content: unknown): void {
  useLayoutEffect(() => {
    if (viewport && atEnd) scrollToEnd(viewport);
  }, [viewport, atEnd, content]);
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

function scrollToEnd(element: HTMLElement): void {
  element.scrollTop = element.scrollHeight;
}
