import type { Monitor } from '@fleetglass/core/client';
import { useCallback, useSyncExternalStore } from 'react';

/** Id of the run that the log began with, where it began with one only; a second one later changes nothing. */
export function useOnlyRun(monitor: Monitor): string | undefined {
  const subscribe = useCallback((listener: () => void) => monitor.subscribe(listener), [monitor]);
  return useSyncExternalStore(subscribe, () => {
    const { live, ready } = monitor.getSnapshot();
    const known = only.get(monitor);
    if (known || !ready || live.runs.size === 0) return known?.id;
    const id = live.runs.size === 1 ? live.runs.ids()[0] : undefined;
    only.set(monitor, { id });
    return id;
  });
}

const only = new WeakMap<Monitor, { readonly id: string | undefined }>();
