'use client';

import { useCallback } from 'react';
import type { ReactElement } from 'react';
import { AgentTable } from '../components/agents/AgentTable.js';
import { BudgetMeter } from '../components/budget/BudgetMeter.js';
import { CostBurnRate } from '../components/burn-rate/CostBurnRate.js';
import { ActivityFeed } from '../components/feed/ActivityFeed.js';
import type { SelectedKind } from '../components/panel/view.js';
import { AgentActivityTimeline } from '../components/timeline/AgentActivityTimeline.js';
import { useTexts } from '../context/monitor-context.js';
import { useDashboard } from './dashboard-context.js';
import { dashboardLabels, panelNames } from './dashboard-labels.js';
import { PanelGrid } from './PanelGrid.js';

export const RUN_TABS = ['activity', 'money'] as const;
export type RunTabName = (typeof RUN_TABS)[number];

interface RunTabProps {
  readonly runId: string;
}

/** Selection of one kind, as the view holds it. */
export function useSelection(
  kind: SelectedKind,
): readonly [string | undefined, (id: string | undefined) => void] {
  const { view, change } = useDashboard();
  const select = useCallback(
    (id: string | undefined) => change({ selected: id === undefined ? undefined : { kind, id } }),
    [change, kind],
  );
  return [view.selected?.kind === kind ? view.selected.id : undefined, select];
}

/** The open part of a run's page. */
export function RunTab({ runId, tab }: RunTabProps & { readonly tab: RunTabName }): ReactElement {
  const Shown = TABS[tab];
  return <Shown runId={runId} />;
}

function ActivityTab({ runId }: RunTabProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  const names = labels(panelNames);
  const [spanId, selectSpan] = useSelection('span');
  const [agentId, selectAgent] = useSelection('agent');
  return (
    <PanelGrid
      page="run"
      label={words.tabs.activity}
      panels={[
        {
          id: 'timeline',
          label: names.timeline,
          content: <AgentActivityTimeline runId={runId} selectedSpanId={spanId} onSelectSpan={selectSpan} />,
        },
        {
          id: 'agents',
          label: names.agents,
          size: 'wide',
          content: <AgentTable runId={runId} selectedAgentId={agentId} onSelectAgent={selectAgent} />,
        },
        { id: 'feed', label: names.feed, size: 'side', content: <ActivityFeed runId={runId} /> },
      ]}
    />
  );
}

function MoneyTab({ runId }: RunTabProps): ReactElement {
  return (
    <div className="fg-page-grid">
      <div className="fg-page-cell" data-size="half">
        <CostBurnRate runId={runId} />
      </div>
      <div className="fg-page-cell" data-size="half">
        <BudgetMeter runId={runId} />
      </div>
    </div>
  );
}

const TABS: { readonly [T in RunTabName]: (props: RunTabProps) => ReactElement } = {
  activity: ActivityTab,
  money: MoneyTab,
};
