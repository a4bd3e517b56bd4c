'use client';

import { selectRunIds } from '@fleetglass/core/client';
import type { MonitorSnapshot, RunState } from '@fleetglass/core/client';
import { forwardRef, useCallback, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { cx } from '../../lib/cx.js';
import { AgentList } from '../agents/AgentList.js';
import { PendingApprovals } from '../approvals/PendingApprovals.js';
import { BudgetMeter } from '../budget/BudgetMeter.js';
import { CostBurnRate } from '../burn-rate/CostBurnRate.js';
import { ConnectionBanners } from '../connection/ConnectionBanners.js';
import { ActivityFeed } from '../feed/ActivityFeed.js';
import { ForkDialog } from '../fork/ForkDialog.js';
import { ReplayScrubber } from '../replay/ReplayScrubber.js';
import { RunHeader } from '../run-header/RunHeader.js';
import { AgentActivityTimeline } from '../timeline/AgentActivityTimeline.js';
import { PanelPlaceholder } from './PanelPlaceholder.js';
import { PartBoundary } from './PartBoundary.js';
import { useView } from './useView.js';
import type { View } from './view.js';
import { panelLabels } from './panel-labels.js';

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
  function OrchestratorMonitoringPanel(
    { runId, view: value, onViewChange, onPartError, className, ...rest },
    ref,
  ) {
    const { view, change } = useView(value, onViewChange);
    const { labels } = useTexts();
    const wanted = view.runId ?? runId;
    const shown = useMonitorSelector(
      useCallback(({ live }: MonitorSnapshot) => wanted ?? selectRunIds(live)[0], [wanted]),
    );
    const exists = useMonitorSelector(
      useCallback(({ state }: MonitorSnapshot) => shown !== undefined && state.runs.has(shown), [shown]),
    );
    // Before the run's first event there is nothing else to see, but a way back.
    const replaying = useIsReplaying();
    const selectAgent = useCallback(
      (id: string | undefined) => change({ selected: id === undefined ? undefined : { kind: 'agent', id } }),
      [change],
    );
    const selectSpan = useCallback(
      (id: string | undefined) => change({ selected: id === undefined ? undefined : { kind: 'span', id } }),
      [change],
    );
    // A moment is one of this run: another one that starts meanwhile does not take its place.
    const seek = useCallback(
      (seq: number | undefined) => change(seq === undefined ? { seq } : { seq, runId: shown }),
      [change, shown],
    );
    const showRun = useCallback(
      (id: string) => change({ runId: id, selected: undefined, seq: undefined }),
      [change],
    );
    /** The run that is about to be forked, and at which moment where that is a past one. */
    const [forking, setForking] = useState<{ readonly runId: string; readonly seq?: number }>();
    const canFork = useMonitorSelector(
      useCallback(({ live }: MonitorSnapshot) => isForkable(live.runs.get(shown ?? '')), [shown]),
    );
    const selectedOf = (kind: 'agent' | 'span') =>
      view.selected?.kind === kind ? view.selected.id : undefined;

    return (
      <section
        ref={ref}
        className={cx('fg-panel', className)}
        aria-label={labels(panelLabels).panel(shown ?? '')}
        {...rest}
      >
        {shown === undefined || !exists ? (
          <PanelPlaceholder runId={wanted} />
        ) : (
          <>
            <ConnectionBanners />
            <PartBoundary onError={onPartError}>
              <RunHeader
                runId={shown}
                onStarted={showRun}
                onShowRun={showRun}
                onFork={canFork ? () => setForking({ runId: shown }) : undefined}
              />
              <PendingApprovals runId={shown} />
            </PartBoundary>
            <div className="fg-parts">
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
                <AgentList runId={shown} selectedAgentId={selectedOf('agent')} onSelectAgent={selectAgent} />
              </PartBoundary>
              <PartBoundary onError={onPartError}>
                <ActivityFeed runId={shown} />
              </PartBoundary>
            </div>
          </>
        )}
        {exists || replaying ? (
          <PartBoundary onError={onPartError}>
            <ReplayScrubber
              runId={shown}
              onSeek={seek}
              onFork={canFork && shown !== undefined ? (seq) => setForking({ runId: shown, seq }) : undefined}
            />
          </PartBoundary>
        ) : null}
        {forking ? (
          <PartBoundary onError={onPartError}>
            <ForkDialog {...forking} onForked={showRun} onClose={() => setForking(undefined)} />
          </PartBoundary>
        ) : null}
      </section>
    );
  },
);

/** Only a graph that runs here has checkpoints; a recording was run elsewhere. */
const isForkable = (run: RunState | undefined): boolean =>
  run?.graph !== undefined && run.source === undefined;
