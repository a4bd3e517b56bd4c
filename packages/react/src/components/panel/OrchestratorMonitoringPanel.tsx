'use client';

import { selectRunIds } from '@fleetglass/core/client';
import type { MonitorSnapshot } from '@fleetglass/core/client';
import { forwardRef, useCallback, useEffect } from 'react';
import type { ComponentPropsWithoutRef, ForwardRefExoticComponent, RefAttributes } from 'react';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { BudgetMeter } from '../budget/BudgetMeter.js';
import { CostBurnRate } from '../burn-rate/CostBurnRate.js';
import { ConnectionBanners } from '../connection/ConnectionBanners.js';
import { PartBoundary } from '../parts/PartBoundary.js';
import { ActivityFeed, AgentActivityTimeline, AgentTable, preloadPanelParts } from './panel-parts.js';
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

type OrchestratorMonitoringPanelType = ForwardRefExoticComponent<
  OrchestratorMonitoringPanelProps & RefAttributes<HTMLElement>
> & {
  /** Loads the code of all that it shows at first. Never rejects. */
  readonly preload: () => Promise<void>;
};

/**
 * A run, live: status and controls, cost, burn rate, budget, what every agent does, what happened, and a scrubber that
 * sets all of it to a past moment. The panel itself renders again only when the view changes or the run appears; each
 * part follows its own data. Code of the parts below the figures is loaded beside the run; `preload` loads it earlier.
 */
export const OrchestratorMonitoringPanel: OrchestratorMonitoringPanelType = Object.assign(
  forwardRef<HTMLElement, OrchestratorMonitoringPanelProps>(function OrchestratorMonitoringPanel(
    { runId, view: value, onViewChange, onPartError, ...rest },
    ref,
  ) {
    const { view, change } = useView(value, onViewChange);
    useEffect(() => void preloadPanelParts(), []);
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
  }),
  { preload: preloadPanelParts },
);
