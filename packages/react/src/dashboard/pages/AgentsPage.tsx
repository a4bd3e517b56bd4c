'use client';

import type { ReactElement } from 'react';
import { AgentTable } from '../../components/agents/AgentTable.js';
import { useTexts } from '../../context/monitor-context.js';
import { useDashboard } from '../dashboard-context.js';
import { dashboardLabels } from '../dashboard-labels.js';
import { PageHeading } from '../PageHeading.js';

/** The agents of all runs; one opens its run with itself chosen. */
export function AgentsPage(): ReactElement {
  const { openRun } = useDashboard();
  const { labels } = useTexts();
  return (
    <>
      <PageHeading hidden>{labels(dashboardLabels).pages.agents}</PageHeading>
      <h2 className="fg-hidden">{labels(dashboardLabels).panelsOf(labels(dashboardLabels).pages.agents)}</h2>
      <AgentTable
        onOpenRun={openRun}
        onSelectAgent={(id, runId) => {
          if (id !== undefined && runId !== undefined) openRun(runId, { selected: { kind: 'agent', id } });
        }}
      />
    </>
  );
}
