'use client';

import type { ReactElement } from 'react';
import { PartBoundary } from '../../components/parts/PartBoundary.js';
import { BudgetMeter } from '../../components/budget/BudgetMeter.js';
import { useTexts } from '../../context/monitor-context.js';
import { useBudgetKeys } from '../../hooks/useBudget.js';
import { useDashboard } from '../dashboard-context.js';
import { dashboardLabels } from '../dashboard-labels.js';
import { Analytics } from '../lazy.js';
import { PageHeading } from '../PageHeading.js';

/** What all runs cost, for what, and what is left of the limits that they share, where there are any. */
export function CostsPage(): ReactElement {
  const { openRun, onPartError } = useDashboard();
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  const hasShared = useBudgetKeys().length > 0;
  return (
    <>
      <PageHeading>{words.pages.costs}</PageHeading>
      <h2 className="fg-hidden">{words.panelsOf(words.pages.costs)}</h2>
      {hasShared ? (
        <PartBoundary onError={onPartError}>
          <BudgetMeter />
        </PartBoundary>
      ) : null}
      <Analytics onOpenRun={openRun} />
    </>
  );
}
