'use client';

import { selectCheckpoints } from '@fleetglass/core/client';
import type { CheckpointView, MonitorSnapshot, RunState } from '@fleetglass/core/client';
import { useCallback } from 'react';
import type { ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { plainText } from '../../lib/plain-text.js';
import { describeCost } from '../cost/describe-cost.js';
import { useCheckpointName } from './useCheckpointName.js';
import { forkNoteLabels } from './fork-note-labels.js';

export interface ForkNoteProps {
  readonly forkOf: NonNullable<RunState['forkOf']>;
  readonly onShowRun?: ((runId: string) => void) | undefined;
}

/** Where a fork came from, with a way there, and what it did not have to pay. Renders again when the
 * other run goes on, at most at the cost cadence. */
export function ForkNote({ forkOf, onShowRun }: ForkNoteProps): ReactElement {
  const { runId, checkpointId } = forkOf;
  const { cadence } = useMonitorSource();
  const { labels } = useTexts();
  const words = labels(forkNoteLabels);
  const checkpoint = useMonitorSelector(
    useCallback(
      ({ live }: MonitorSnapshot) => selectCheckpoints(live, runId).find(({ id }) => id === checkpointId),
      [runId, checkpointId],
    ),
    { periodMs: cadence.cost },
  );
  const source = plainText(runId);
  return (
    <span className="fg-fork-note fg-break">
      {words.forkOf}{' '}
      {onShowRun ? (
        <button
          type="button"
          className="fg-link fg-code"
          title={words.showRun(source)}
          onClick={() => onShowRun(runId)}
        >
          {source}
        </button>
      ) : (
        <code className="fg-code">{source}</code>
      )}{' '}
      {checkpoint ? <Origin checkpoint={checkpoint} /> : words.forkAt(plainText(checkpointId))}
    </span>
  );
}

function Origin({ checkpoint }: { readonly checkpoint: CheckpointView }): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(forkNoteLabels);
  const { completed, spent } = checkpoint;
  const name = useCheckpointName(checkpoint);
  return (
    <>
      {words.forkAt(name)}
      {completed > 0
        ? `: ${words.reusedTasks(format.count(completed), describeCost(spent, texts).text)}`
        : null}
    </>
  );
}
