'use client';

import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { dashboardLabels, panelNames } from '../dashboard-labels.js';
import { PageHeading } from '../PageHeading.js';
import { PanelGrid } from '../PanelGrid.js';
import { WaitingList } from '../WaitingList.js';

/** What a team looks at first: what waits for a person, how the fleet does, what is wrong, what runs. */
export function OverviewPage(): ReactElement {
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  const names = labels(panelNames);
  return (
    <>
      <PageHeading>{words.pages.overview}</PageHeading>
      <PanelGrid
        page="overview"
        label={words.pages.overview}
        panels={[{ id: 'waiting', label: names.waiting, content: <WaitingList /> }]}
      />
    </>
  );
}
