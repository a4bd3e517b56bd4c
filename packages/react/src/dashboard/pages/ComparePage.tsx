'use client';

import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useDashboard } from '../dashboard-context.js';
import { dashboardLabels } from '../dashboard-labels.js';
import { RunComparison } from '../lazy.js';
import { PageHeading } from '../PageHeading.js';

/** Two runs beside each other; which ones is part of the view. */
export function ComparePage(): ReactElement {
  const { view, change } = useDashboard();
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  return (
    <>
      <PageHeading hidden>{words.pages.compare}</PageHeading>
      <h2 className="fg-hidden">{words.panelsOf(words.pages.compare)}</h2>
      <RunComparison runId={view.runId} otherRunId={view.otherRunId} onChangeRuns={change} />
    </>
  );
}
