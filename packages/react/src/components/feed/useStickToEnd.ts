'use client';

import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

export interface StickToEnd {
  readonly viewport: RefObject<HTMLDivElement | null>;
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
  const viewport = useRef<HTMLDivElement>(null);
  const [leftAt, setLeftAt] = useState<number>();

  const toEnd = useCallback(() => {
    const element = viewport.current;
    if (element) element.scrollTop = element.scrollHeight;
    setLeftAt(undefined);
  }, []);

  useLayoutEffect(() => {
    const element = viewport.current;
    if (element && leftAt === undefined) element.scrollTop = element.scrollHeight;
  }, [newest, leftAt]);

  const onScroll = useCallback(() => {
    const element = viewport.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= SLACK;
    setLeftAt((seen) => (atEnd ? undefined : (seen ?? newest)));
  }, [newest]);

  // Going back in replay leaves nothing unseen.
  const unseen = leftAt === undefined ? 0 : Math.max(0, countSince(leftAt));
  return { viewport, unseen, atEnd: leftAt === undefined, toEnd, onScroll };
}
