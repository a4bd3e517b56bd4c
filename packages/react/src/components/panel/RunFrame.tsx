'use client';

import type { MonitorSnapshot, RunState } from '@fleetglass/core/client';
import { forwardRef, useCallback, useEffect, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { cx } from '../../lib/cx.js';
import { PendingApprovals } from '../approvals/PendingApprovals.js';
import { ForkDialog } from '../fork/ForkDialog.js';
import { RunHeader } from '../run-header/RunHeader.js';
import { ReplayBar } from './panel-parts.js';
import { PanelPlaceholder } from './PanelPlaceholder.js';
import { PartBoundary } from '../parts/PartBoundary.js';
import { panelLabels } from './panel-labels.js';

export interface RunFrameProps extends Omit<ComponentPropsWithoutRef<'section'>, 'onError'> {
  /** Run shown; `undefined` says that there is none. */
  readonly runId: string | undefined;
  /** Asked to show another moment of the run; `undefined` is the present. */
  readonly onSeek: (seq: number | undefined) => void;
  readonly onOpenRun: (runId: string) => void;
  /** Told when a part failed; the others work on. */
  readonly onPartError?: ((error: unknown) => void) | undefined;
  /** Above the header: what concerns more than the run. */
  readonly banners?: ReactNode;
  /** Panels of the run; shown when it exists at the moment shown. */
  readonly children: ReactNode;
}

/**
 * What every page of a run has: its header with why and controls, what waits for a person, and the scrubber that sets
 * everything between them to a past moment. Renders again when the run appears or disappears.
 */
export const RunFrame = forwardRef<HTMLElement, RunFrameProps>(function RunFrame(
  { runId, onSeek, onOpenRun, onPartError, banners, className, children, ...rest },
  ref,
) {
  const { labels } = useTexts();
  // Its code comes beside the run.
  useEffect(() => void ReplayBar.preload(), []);
  const exists = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => runId !== undefined && state.runs.has(runId), [runId]),
  );
  const canFork = useMonitorSelector(
    useCallback(({ live }: MonitorSnapshot) => isForkable(live.runs.get(runId ?? '')), [runId]),
  );
  // Before the run's first event there is nothing else to see, but a way back.
  const replaying = useIsReplaying();
  /** The run that is about to be forked, and at which moment where that is a past one. */
  const [forking, setForking] = useState<{ readonly runId: string; readonly seq?: number }>();
  return (
    <section
      ref={ref}
      className={cx('fg-panel', className)}
      aria-label={labels(panelLabels).panel(runId ?? '')}
      {...rest}
    >
      {banners}
      {runId === undefined || !exists ? (
        <PanelPlaceholder runId={runId} />
      ) : (
        <>
          <PartBoundary onError={onPartError}>
            <RunHeader
              runId={runId}
              onStarted={onOpenRun}
              onShowRun={onOpenRun}
              onFork={canFork ? () => setForking({ runId }) : undefined}
            />
            <PendingApprovals runId={runId} />
          </PartBoundary>
          {children}
        </>
      )}
      {exists || replaying ? (
        <PartBoundary onError={onPartError}>
          <ReplayBar
            runId={runId}
            onSeek={onSeek}
            onFork={canFork && runId !== undefined ? (seq) => setForking({ runId, seq }) : undefined}
          />
        </PartBoundary>
      ) : null}
      {forking ? (
        <PartBoundary onError={onPartError}>
          <ForkDialog {...forking} onForked={onOpenRun} onClose={() => setForking(undefined)} />
        </PartBoundary>
      ) : null}
    </section>
  );
});

/** Only a graph that runs here has checkpoints; a recording was run elsewhere. */
const isForkable = (run: RunState | undefined): boolean =>
  run?.graph !== undefined && run.source === undefined;
