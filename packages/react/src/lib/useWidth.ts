'use client';

import { useState } from 'react';
import { useBrowserLayoutEffect } from './useBrowserLayoutEffect.js';

/**
 * Width of an element in whole pixels, `initial` until it is known. Renders again when it changes.
 *
 * @param element kept in a state and not in a ref, so that what is drawn inside of it hears of it too
 */
export function useWidth(element: HTMLElement | null, initial: number): number {
  const [width, setWidth] = useState(initial);
  useBrowserLayoutEffect(() => {
    if (!element || typeof ResizeObserver === 'undefined') return undefined;
    const measure = (next: number): void => {
      if (next > 0) setWidth(Math.round(next));
    };
    measure(element.clientWidth);
    const observer = new ResizeObserver(() => measure(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
