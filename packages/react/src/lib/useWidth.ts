'use client';

import { useLayoutEffect, useState } from 'react';
import type { RefObject } from 'react';

/** Width of an element in whole pixels, `initial` until it is known. Renders again when it changes. */
export function useWidth(ref: RefObject<HTMLElement | null>, initial: number): number {
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element || typeof ResizeObserver === 'undefined') return undefined;
    const measure = (next: number): void => {
      if (next > 0) setWidth(Math.round(next));
    };
    measure(element.clientWidth);
    const observer = new ResizeObserver(() => measure(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
