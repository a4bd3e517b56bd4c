'use client';

import { useCallback, useEffect, useState } from 'react';

/** An element and how wide it is. */
export interface Measured<T extends HTMLElement> {
  readonly ref: (element: T | null) => void;
  readonly element: T | null;
  /** In whole pixels; absent before the element is there. */
  readonly width?: number;
}

/**
 * Width of an element, known as soon as it is in the page: what depends on it is then drawn once. Renders again when it
 * changes.
 *
 * @param fallback where nothing is laid out
 */
export function useMeasured<T extends HTMLElement>(fallback: number): Measured<T> {
  const [measured, setMeasured] = useState<Omit<Measured<T>, 'ref'>>({ element: null });
  const ref = useCallback(
    (element: T | null) =>
      setMeasured((last) => {
        if (element === last.element) return last;
        return element ? { element, width: element.clientWidth || fallback } : { ...last, element };
      }),
    [fallback],
  );
  const { element } = measured;
  useEffect(() => {
    if (!element || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0) setMeasured((last) => (last.width === width ? last : { element, width }));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return { ref, ...measured };
}
