'use client';

import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { dashboardLabels } from '../dashboard-labels.js';
import { PageHeading } from '../PageHeading.js';

export function AlertsPage(): ReactElement {
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  return <PageHeading>{words.pages.alerts}</PageHeading>;
}
