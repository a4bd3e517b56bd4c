'use client';

import { selectRunIds } from '@fleetglass/core/client';
import type { MonitorSnapshot } from '@fleetglass/core/client';
import { forwardRef, useCallback } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { AgentTable } from '../agents/AgentTable.js';
import { BudgetMeter } from '../budget/BudgetMeter.js';
import { CostBurnRate } from '../burn-rate/CostBurnRate.js';
import { ConnectionBanners } from '../connection/ConnectionBanners.js';
import { ActivityFeed } from '../feed/ActivityFeed.js';
import { AgentActivityTimeline } from '../timeline/AgentActivityTimeline.js';
import { PartBoundary } from './PartBoundary.js';
import { RunFrame } from './RunFrame.js';
import { useView } from './useView.js';
import type { View } from './view.js';

export interface OrchestratorMonitoringPanelProps extends Omit<
  ComponentPropsWithoutRef<'section'>,
  'onError'
> {
  /** The run to show; `view.runId` goes before it. @default the newest run */
  readonly runId?: string;
  /** Makes the view controlled: run, selection and moment belong to the host. */
  readonly view?: View;
  /** Told of every change of run, selection and moment, controlled or not. */
  readonly onViewChange?: (view: View) => void;
  /** Told when a part of the panel failed; the others work on. */
  readonly onPartError?: (error: unknown) => void;
}

/**
 * A run, live: status and controls, cost, burn rate, budget, what every agent does, what happened, and a scrubber that
 * sets all of it to a past moment. The panel itself renders again only when the view changes or the run appears; each
 * part follows its own data.
 */
export const OrchestratorMonitoringPanel = forwardRef<HTMLElement, OrchestratorMonitoringPanelProps>(
  function OrchestratorMonitoringPanel({ runId, view: value, onViewChange, onPartError, ...rest }, ref) {
    const { view, change } = useView(value, onViewChange);
    const wanted = view.runId ?? runId;
    const shown = useMonitorSelector(
      useCallback(({ live }: MonitorSnapshot) => wanted ?? selectRunIds(live)[0], [wanted]),
    );
    const selectAgent = useCallback(
      (id: string | undefined) => change({ selected: id === undefined ? undefined : { kind: 'agent', id } }),
      [change],
    );
    const selectSpan = useCallback(
      (id: string | undefined) => change({ selected: id === undefined ? undefined : { kind: 'span', id } }),
      [change],
    );
    const selectedOf = (kind: 'agent' | 'span') =>
      view.selected?.kind === kind ? view.selected.id : undefined;

    return (
      <RunFrame
        ref={ref}
        runId={shown}
        // A moment is one of this run: another one that starts meanwhile does not take its place.
        onSeek={(seq) => change(seq === undefined ? { seq } : { seq, runId: shown })}
        onOpenRun={(id) => change({ runId: id, selected: undefined, seq: undefined })}
        onPartError={onPartError}
        banners={<ConnectionBanners />}
        {...rest}
      >
        {shown === undefined ? null : (
          <div className="fg-parts fg-stack">
            <PartBoundary onError={onPartError}>
              <CostBurnRate runId={shown} />
            </PartBoundary>
            <PartBoundary onError={onPartError}>
              <BudgetMeter runId={shown} />
            </PartBoundary>
            <PartBoundary onError={onPartError}>
              <AgentActivityTimeline
                runId={shown}
                selectedSpanId={selectedOf('span')}
                onSelectSpan={selectSpan}
              />
            </PartBoundary>
            <PartBoundary onError={onPartError}>
              <AgentTable runId={shown} selectedAgentId={selectedOf('agent')} onSelectAgent={selectAgent} />
            </PartBoundary>
            <PartBoundary onError={onPartError}>
              <ActivityFeed runId={shown} />
            </PartBoundary>
          </div>
        )}
      </RunFrame>
    );
  },
);
