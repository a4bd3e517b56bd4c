'use client';

import { useSyncExternalStore } from 'react';

const media = (): MediaQueryList | undefined =>
  typeof matchMedia === 'function' ? matchMedia('(pointer: coarse)') : undefined;

function subscribe(listener: () => void): () => void {
  const query = media();
  query?.addEventListener('change', listener);
  return () => query?.removeEventListener('change', listener);
}

/** Whether the reader points with a finger. Renders again when that changes. */
export function useCoarsePointer(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => media()?.matches === true,
    () => false,
  );
}
