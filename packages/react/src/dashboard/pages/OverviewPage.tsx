'use client';

import type { RunQuery, WorkStatus } from '@fleetglass/core/client';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { AlertsPanel } from '../../components/alerts/AlertsPanel.js';
import { ActivityFeed } from '../../components/feed/ActivityFeed.js';
import { FleetOverview } from '../../components/fleet/FleetOverview.js';
import { RunTable } from '../../components/runs/RunTable.js';
import { McpServers } from '../../components/system/McpServers.js';
import { SystemHealth } from '../../components/system/SystemHealth.js';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useAlertKeys } from '../../hooks/useAlerts.js';
import { useDropped, useMcpServers, useSystemHealth } from '../../hooks/useSystem.js';
import { useDashboard } from '../dashboard-context.js';
import { dashboardLabels, panelNames } from '../dashboard-labels.js';
import { PageHeading } from '../PageHeading.js';
import { PanelGrid } from '../PanelGrid.js';
import type { DashboardPanel } from '../PanelGrid.js';
import { useOpenAlert } from '../useOpenAlert.js';
import { useOpenTarget } from '../useOpenTarget.js';

/**
 * What a team looks at first: what waits for a person and how the fleet does, what runs, and what is wrong. The system's
 * parts have a place once one of them told how it is.
 */
export function OverviewPage(): ReactElement {
  const { openRun, startable } = useDashboard();
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  const names = labels(panelNames);
  const openAlert = useOpenAlert();
  const openTarget = useOpenTarget();
  const { recorded } = useMonitorSource();
  const alerts = useAlertKeys();
  const hasAlerts = alerts.length > 0 || !recorded;
  const { parts } = useSystemHealth();
  const dropped = useDropped();
  const hasHealth = parts.length > 0 || Object.keys(dropped).length > 0;
  const hasMcp = useMcpServers().parts.length > 0;
  const [query, setQuery] = useState<RunQuery>({});
  const statuses = query.filters?.status;
  const status = statuses?.length === 1 ? statuses[0] : undefined;
  const filter = (wanted: WorkStatus | undefined): void => {
    const { status: _, ...others } = query.filters ?? {};
    setQuery({ ...query, filters: wanted === undefined ? others : { ...others, status: [wanted] } });
  };
  return (
    <>
      <PageHeading hidden>{words.pages.overview}</PageHeading>
      <PanelGrid
        page="overview"
        label={words.pages.overview}
        panels={[
          {
            id: 'fleet',
            label: names.fleet,
            content: <FleetOverview status={status} onFilter={filter} onOpenRun={openRun} />,
          },
          {
            id: 'runs',
            label: names.runs,
            content: (
              <RunTable query={query} onQueryChange={setQuery} onOpenRun={openRun} startable={startable} />
            ),
          },
          ...panelIf(hasAlerts, {
            id: 'alerts',
            label: names.alerts,
            size: 'half',
            content: <AlertsPanel className="fg-page-bounded" onOpen={openAlert} />,
          }),
          {
            id: 'feed',
            label: names.feed,
            size: hasAlerts ? 'half' : 'full',
            content: <ActivityFeed onOpenRun={openRun} onSelect={openTarget} />,
          },
          ...panelIf(hasHealth, {
            id: 'health',
            label: names.health,
            size: 'half',
            content: <SystemHealth />,
          }),
          ...panelIf(hasMcp, { id: 'mcp', label: names.mcp, size: 'half', content: <McpServers /> }),
        ]}
      />
    </>
  );
}

const panelIf = (isThere: boolean, panel: DashboardPanel): readonly DashboardPanel[] =>
  isThere ? [panel] : [];
