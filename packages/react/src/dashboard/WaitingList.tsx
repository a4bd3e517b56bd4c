'use client';

import { selectAnswerable } from '@fleetglass/core/client';
import type { ApprovalState, MonitorSnapshot } from '@fleetglass/core/client';
import { forwardRef, useCallback } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { Card } from '../components/parts/Card.js';
import { StatusBadge } from '../components/status/StatusBadge.js';
import { useMonitorSource, useTexts } from '../context/monitor-context.js';
import { useConnection } from '../hooks/useConnection.js';
import { useMonitorSelector } from '../hooks/useMonitorSelector.js';
import { plainText } from '../lib/plain-text.js';
import { useDashboard } from './dashboard-context.js';
import { dashboardLabels } from './dashboard-labels.js';

const selectWaiting = ({ live }: MonitorSnapshot) => selectAnswerable(live);

/** Decisions of all runs that wait for a person, the oldest on top. Renders again when one is asked for or settled. */
export const WaitingList = forwardRef<HTMLElement, ComponentPropsWithoutRef<'section'>>(
  function WaitingList(props, ref) {
    const { labels, format } = useTexts();
    const words = labels(dashboardLabels);
    const waiting = useMonitorSelector(selectWaiting);
    const { ready } = useConnection();
    const { readOnly } = useMonitorSource();
    return (
      <Card
        ref={ref}
        heading={readOnly ? words.waitingForSomebody : words.waitingTitle}
        note={waiting.length === 0 ? words.waitingNone : format.count(waiting.length)}
        loading={!ready}
        {...props}
      >
        {waiting.length === 0 ? null : (
          <ul className="fg-waiting-list">
            {waiting.map((approval) => (
              <Waiting key={`${approval.runId ?? ''}/${approval.approvalId}`} approval={approval} />
            ))}
          </ul>
        )}
      </Card>
    );
  },
);

function Waiting({ approval }: { readonly approval: ApprovalState }): ReactElement {
  const { runId = '', approvalId, requestedAt } = approval;
  const { openRun } = useDashboard();
  const { readOnly } = useMonitorSource();
  const { labels, format } = useTexts();
  const words = labels(dashboardLabels);
  const run = useMonitorSelector(
    useCallback(({ live }: MonitorSnapshot) => live.runs.get(runId)?.name ?? runId, [runId]),
  );
  const title = plainText(approval.title);
  return (
    <li className="fg-waiting-row">
      <StatusBadge status="waiting" />
      <span className="fg-waiting-what">
        <span className="fg-waiting-title">{title}</span>
        <span className="fg-waiting-where">
          {words.askedAt(plainText(run), format.dateTime(requestedAt))}
        </span>
      </span>
      <button
        type="button"
        className="fg-button"
        aria-label={(readOnly ? words.showDecision : words.openDecision)(title)}
        onClick={() => openRun(runId, { selected: { kind: 'approval', id: approvalId } })}
      >
        {readOnly ? words.show : words.decide}
      </button>
    </li>
  );
}
