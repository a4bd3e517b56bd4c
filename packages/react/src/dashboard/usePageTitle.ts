'use client';

import { selectRunIds } from '@fleetglass/core/client';
import type { MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback, useEffect } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { useMonitorSelector } from '../hooks/useMonitorSelector.js';
import { plainText } from '../lib/plain-text.js';
import { useDashboard } from './dashboard-context.js';
import { dashboardLabels } from './dashboard-labels.js';

/** The run of the page: the one that the view names, or the newest. Renders again when that is another one. */
export function useShownRunId(): string | undefined {
  const { view, page } = useDashboard();
  const { runId } = view;
  return useMonitorSelector(
    useCallback(
      ({ live }: MonitorSnapshot) => (page === 'run' ? (runId ?? selectRunIds(live)[0]) : runId),
      [page, runId],
    ),
  );
}

/**
 * Tells the host what is shown: the run's name, or the page's.
 *
 * @returns what stays the same while the same page of the same run is shown
 */
export function usePageTitle(onTitle: ((title: string) => void) | undefined): string {
  const { page } = useDashboard();
  const runId = useShownRunId();
  const { labels } = useTexts();
  const name = useMonitorSelector(
    useCallback(({ live }: MonitorSnapshot) => live.runs.get(runId ?? '')?.name, [runId]),
  );
  const pageName = labels(dashboardLabels).pages[page];
  const title = page === 'run' ? plainText(name ?? runId ?? pageName) : pageName;
  useEffect(() => onTitle?.(title), [onTitle, title]);
  return page === 'run' ? `run ${runId ?? ''}` : page;
}
