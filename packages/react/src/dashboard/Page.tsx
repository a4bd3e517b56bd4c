'use client';

import type { ReactElement } from 'react';
import { PartBoundary } from '../components/parts/PartBoundary.js';
import type { PageName } from '../components/panel/view.js';
import { useDashboard } from './dashboard-context.js';
import { AgentsPage } from './pages/AgentsPage.js';
import { AlertsPage } from './pages/AlertsPage.js';
import { ComparePage } from './pages/ComparePage.js';
import { CostsPage } from './pages/CostsPage.js';
import { OverviewPage } from './pages/OverviewPage.js';
import { RunPage } from './pages/RunPage.js';
import { RunsPage } from './pages/RunsPage.js';
import { SettingsPage } from './pages/SettingsPage.js';
import { TasksPage } from './pages/TasksPage.js';

const PAGES: { readonly [P in PageName]: () => ReactElement } = {
  overview: OverviewPage,
  runs: RunsPage,
  run: RunPage,
  agents: AgentsPage,
  tasks: TasksPage,
  costs: CostsPage,
  alerts: AlertsPage,
  compare: ComparePage,
  settings: SettingsPage,
};

/** The page that the view names. */
export function Page(): ReactElement {
  const { page, onPartError } = useDashboard();
  const Shown = PAGES[page];
  return (
    <PartBoundary onError={onPartError}>
      <Shown />
    </PartBoundary>
  );
}
