'use client';

import type { RunState } from '@fleetglass/core/client';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useCheckpoints } from '../../hooks/useCheckpoints.js';
import { useLiveRunPart } from '../../hooks/useEntities.js';
import { useHindrance } from '../../hooks/useHindrance.js';
import { ForkDialog } from '../fork/ForkDialog.js';
import { detailsLabels } from './details-labels.js';

export interface TaskAgainProps {
  readonly runId: string;
  /** Position before the task; absent while that is not known. */
  readonly before: number | undefined;
  readonly onForked: ((runId: string) => void) | undefined;
  readonly onRunAgain: ((runId: string) => void) | undefined;
}

const selectName = ({ name }: RunState) => ({ name });

/**
 * Runs a task again: as a fork that begins before it, or where there are no checkpoints as a new run with the same
 * input. Nothing for a recording, while the past is shown, and for who may only look. Renders again when a task of the run completes.
 */
export function TaskAgain({ runId, before, onForked, onRunAgain }: TaskAgainProps): ReactElement | null {
  const { labels } = useTexts();
  const words = labels(detailsLabels);
  const checkpoints = useCheckpoints(runId);
  const isKnown = useLiveRunPart(runId, selectName);
  const hindrance = useHindrance(runId);
  const [forking, setForking] = useState(false);
  if (!isKnown || hindrance) return null;
  if (checkpoints.length === 0) {
    return onRunAgain ? (
      <button
        type="button"
        className="fg-button"
        title={words.runAgainHint}
        onClick={() => onRunAgain(runId)}
      >
        {words.runAgain}
      </button>
    ) : null;
  }
  return (
    <>
      <button
        type="button"
        className="fg-button"
        title={words.forkHint}
        disabled={before === undefined}
        {...ForkDialog.warm}
        onClick={() => setForking(true)}
      >
        {words.fork}
      </button>
      {forking ? (
        <ForkDialog runId={runId} seq={before} onForked={onForked} onClose={() => setForking(false)} />
      ) : null}
    </>
  );
}
