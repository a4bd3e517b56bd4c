'use client';

import type { ReactElement } from 'react';
import { AlertsPanel } from '../../components/alerts/AlertsPanel.js';
import { useTexts } from '../../context/monitor-context.js';
import { dashboardLabels } from '../dashboard-labels.js';
import { PageHeading } from '../PageHeading.js';
import { useOpenAlert } from '../useOpenAlert.js';
import { WaitingList } from '../WaitingList.js';

/** Everything that wants a person: decisions first, then what went wrong. */
export function AlertsPage(): ReactElement {
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  return (
    <>
      <PageHeading>{words.pages.alerts}</PageHeading>
      <h2 className="fg-hidden">{words.panelsOf(words.pages.alerts)}</h2>
      <WaitingList />
      <AlertsPanel onOpen={useOpenAlert()} />
    </>
  );
}
