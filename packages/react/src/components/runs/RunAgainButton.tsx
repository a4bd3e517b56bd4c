'use client';

import type { RunState, Startable } from '@fleetglass/core/client';
import { forwardRef, useId } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useRunAgain } from '../../hooks/useRunAgain.js';
import { cx } from '../../lib/cx.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { runsLabels } from './runs-labels.js';

export interface RunAgainButtonProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  readonly runId: string;
  /** What the host registered; a constant or memoised. @default any graph that ran here may be tried */
  readonly startable?: readonly Startable[] | undefined;
  /** The new run began. */
  readonly onStarted?: ((runId: string) => void) | undefined;
}

const select = ({ name, source, input }: RunState) => ({ name, source, input });

/**
 * Starts a run again with the input that it had; where that cannot be, it says why. Nothing for who may only look. Renders again while the command is
 * under way.
 */
export const RunAgainButton = forwardRef<HTMLDivElement, RunAgainButtonProps>(function RunAgainButton(
  { runId, startable, onStarted, className, ...rest },
  ref,
) {
  const run = useRunPart(runId, select);
  const { readOnly } = useMonitorSource();
  const { labels } = useTexts();
  const { hinderedBy, start, feedback, inputGone } = useRunAgain(startable, onStarted);
  const reasonId = useId();
  if (!run || readOnly) return null;
  const words = labels(runsLabels);
  const hindrance = inputGone ? 'inputGone' : hinderedBy(run);
  const busy = feedback.phase === 'pending';
  return (
    <div ref={ref} className={cx('fg-again', className)} {...rest}>
      <button
        type="button"
        className="fg-button"
        // Not `disabled`: the reason has to be reachable by keyboard too.
        aria-disabled={hindrance !== undefined || busy || undefined}
        aria-describedby={hindrance ? reasonId : undefined}
        onClick={() => {
          if (!hindrance && !busy) void start(run);
        }}
      >
        {words.again}
      </button>
      {hindrance ? (
        <span id={reasonId} className="fg-second">
          {words.notAgain[hindrance]}
        </span>
      ) : (
        <CommandFeedbackLine feedback={feedback} />
      )}
    </div>
  );
});
