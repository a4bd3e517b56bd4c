'use client';

import { readRunList } from '@fleetglass/core/client';
import type { RunQuery } from '@fleetglass/core/client';
import { useCallback, useState } from 'react';
import type { ReactElement } from 'react';
import { RunTable } from '../../components/runs/RunTable.js';
import { useTexts } from '../../context/monitor-context.js';
import { useDashboard } from '../dashboard-context.js';
import { dashboardLabels } from '../dashboard-labels.js';
import { PageHeading } from '../PageHeading.js';

/** Every run, to be searched, filtered and opened. Words, filters and order are part of the view. */
export function RunsPage(): ReactElement {
  const { view, change, openRun, startable } = useDashboard();
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  const [query, setQuery] = useState<RunQuery>(() => ({
    ...(view.query === undefined ? {} : { text: view.query }),
    ...readRunList(view),
  }));
  const onQueryChange = useCallback(
    (next: RunQuery) => {
      setQuery(next);
      change({ query: next.text || undefined, filters: next.filters, sort: next.sort });
    },
    [change],
  );
  return (
    <>
      <PageHeading hidden>{words.pages.runs}</PageHeading>
      <h2 className="fg-hidden">{words.panelsOf(words.pages.runs)}</h2>
      <RunTable query={query} onQueryChange={onQueryChange} onOpenRun={openRun} startable={startable} />
    </>
  );
}
