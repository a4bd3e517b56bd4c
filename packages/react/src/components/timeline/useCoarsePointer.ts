'use client';

import { useSyncExternalStore } from 'react';

/** Made once: what the browser says of it stays up to date by itself. */
let query: MediaQueryList | undefined;
const media = (): MediaQueryList | undefined =>
  (query ??= typeof matchMedia === 'function' ? matchMedia('(pointer: coarse)') : undefined);

function subscribe(listener: () => void): () => void {
  const list = media();
  list?.addEventListener('change', listener);
  return () => list?.removeEventListener('change', listener);
}

/** Whether the reader points with a finger. Renders again when that changes. */
export function useCoarsePointer(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => media()?.matches === true,
    () => false,
  );
}
