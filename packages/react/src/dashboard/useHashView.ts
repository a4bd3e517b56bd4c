'use client';

import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { hashFromView, viewFromHash } from '../components/panel/view-link.js';
import type { View } from '../components/panel/view.js';

/** Props of a `FleetDashboard` whose view is the address. */
export interface HashView {
  readonly view: View;
  readonly onViewChange: (view: View) => void;
}

/** Told when this page itself moves; the browser tells of the rest. */
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('hashchange', listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('hashchange', listener);
    removeEventListener('popstate', listener);
  };
}

/**
 * The view in the part of the address behind `#`, for hosts without a router: a link shows the same moment of the same
 * run. Opening a page or a run is a step in the history; scrubbing, selecting and searching are none. Renders again when
 * the address changes.
 */
export function useHashView(): HashView {
  const hash = useSyncExternalStore(
    subscribe,
    () => location.hash,
    () => '',
  );
  const view = useMemo(() => viewFromHash(hash), [hash]);
  const onViewChange = useCallback((next: View) => {
    const before = viewFromHash(location.hash);
    const isStep = (['page', 'runId', 'otherRunId', 'tab'] as const).some(
      (name) => before[name] !== next[name],
    );
    const address = `${location.pathname}${location.search}${hashFromView(next)}`;
    if (isStep) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    for (const listener of [...listeners]) listener();
  }, []);
  return { view, onViewChange };
}
