'use client';

import { selectAnswerable } from '@fleetglass/core/client';
import type { MonitorSnapshot } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { StatusShape } from '../components/status/StatusShape.js';
import { useTexts } from '../context/monitor-context.js';
import { useMonitorSelector } from '../hooks/useMonitorSelector.js';
import { useDashboard } from './dashboard-context.js';
import { dashboardLabels } from './dashboard-labels.js';

/** Also while the past is shown: a decision is never one of the past. */
const selectWaiting = ({ live }: MonitorSnapshot) => selectAnswerable(live);

/** How many decisions wait for a person; one click goes to the one that waits longest. Renders again with their number. */
export function WaitingButton(): ReactElement | null {
  const waiting = useMonitorSelector(selectWaiting);
  const { openRun } = useDashboard();
  const { labels, format } = useTexts();
  const oldest = waiting.find(({ runId }) => runId !== undefined);
  if (oldest?.runId === undefined) return null;
  const { runId, approvalId } = oldest;
  return (
    <button
      type="button"
      className="fg-button fg-waiting"
      data-status="waiting"
      onClick={() => openRun(runId, { selected: { kind: 'approval', id: approvalId } })}
    >
      <StatusShape status="waiting" />
      {labels(dashboardLabels).waiting(format.count(waiting.length))}
    </button>
  );
}
