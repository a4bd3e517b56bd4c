'use client';

import { isFinal, selectForks } from '@fleetglass/core/client';
import type { MonitorSnapshot, RunState } from '@fleetglass/core/client';
import { forwardRef, useCallback, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useCheckpoints } from '../../hooks/useCheckpoints.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useLiveRunPart } from '../../hooks/useEntities.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { Card } from '../parts/Card.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { StatusBadge } from '../status/StatusBadge.js';
import { CheckpointDiff } from './CheckpointDiff.js';
import { CheckpointList } from './CheckpointList.js';
import { ForkDialog } from './ForkDialog.js';
import { Prospect } from './Prospect.js';
import { forkLabels } from './fork-labels.js';
import { forkNoteLabels } from './fork-note-labels.js';

const select = ({ name, status, totals, input, source }: RunState) => ({
  name,
  status,
  cost: totals.cost,
  input,
  source,
});

export interface CheckpointHistoryProps extends Omit<ComponentPropsWithoutRef<'section'>, 'onSelect'> {
  readonly runId: string;
  /** Makes the selection the host's. @default its own */
  readonly selectedCheckpointId?: string | undefined;
  readonly onSelectCheckpoint?: ((checkpointId: string) => void) | undefined;
  /** Asked to show another run: a fork, or one that was just begun. */
  readonly onOpenRun?: ((runId: string) => void) | undefined;
  /** Asked to show the moment of a checkpoint. @default the monitor moves there */
  readonly onSeek?: ((seq: number) => void) | undefined;
}

/** What {@link CheckpointHistory} loads when it is shown. */
export const CheckpointHistoryContent = forwardRef<HTMLElement, CheckpointHistoryProps>(
  function CheckpointHistoryContent(
    { runId, selectedCheckpointId, onSelectCheckpoint, onOpenRun, onSeek, className, ...rest },
    ref,
  ) {
    const { labels, format } = useTexts();
    const words = labels(forkLabels);
    const { monitor, cadence, readOnly } = useMonitorSource();
    const { ready } = useConnection();
    const run = useLiveRunPart(runId, select, cadence.cost);
    const checkpoints = useCheckpoints(runId);
    const forks = useMonitorSelector(
      useCallback(({ live }: MonitorSnapshot) => selectForks(live, runId), [runId]),
      { periodMs: cadence.progress },
    );
    const counts = useMemo(() => countForks(forks), [forks]);
    const [own, setOwn] = useState<string>();
    const [forking, setForking] = useState<number>();
    const chosenId = selectedCheckpointId ?? own;
    const index = checkpoints.findIndex(({ id }) => id === chosenId);
    const chosen = checkpoints[index];
    const seek = onSeek ?? ((seq: number) => monitor.seek(seq));
    return (
      <Card
        ref={ref}
        className={cx('fg-history', className)}
        heading={words.history}
        note={checkpoints.length > 0 ? words.historyNote(format.count(checkpoints.length)) : undefined}
        loading={!ready}
        {...rest}
      >
        {checkpoints.length === 0 || !run ? (
          <EmptyNote
            heading={words.none}
            hint={run?.source === undefined ? words.noneHint : words.recordingHint}
          />
        ) : (
          <div className="fg-history-parts">
            <CheckpointList
              runId={runId}
              total={run.cost}
              forks={counts}
              selectedId={chosenId}
              onSelect={({ id }) => {
                setOwn(id);
                onSelectCheckpoint?.(id);
              }}
            />
            {chosen ? (
              <div className="fg-history-chosen fg-stack">
                <Prospect checkpoint={chosen} total={run.cost} goesOn={!isFinal(run.status)} />
                <div className="fg-buttons">
                  {readOnly ? null : (
                    <button
                      type="button"
                      className="fg-button"
                      data-variant="primary"
                      {...ForkDialog.warm}
                      onClick={() => setForking(chosen.seq)}
                    >
                      {words.forkHere}
                    </button>
                  )}
                  {chosen.seq > 0 ? (
                    <button type="button" className="fg-button" onClick={() => seek(chosen.seq)}>
                      {words.showMoment}
                    </button>
                  ) : null}
                </div>
                <CheckpointDiff key={chosen.id} checkpoints={checkpoints} index={index} input={run.input} />
                <Forks
                  forks={forks.filter(({ forkOf }) => forkOf?.checkpointId === chosen.id)}
                  onOpenRun={onOpenRun}
                />
              </div>
            ) : (
              <p className="fg-fork-text fg-soft">{words.chooseOne}</p>
            )}
          </div>
        )}
        {forking === undefined ? null : (
          <ForkDialog
            runId={runId}
            seq={forking}
            onForked={onOpenRun}
            onClose={() => setForking(undefined)}
          />
        )}
      </Card>
    );
  },
);

function countForks(forks: readonly RunState[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { forkOf } of forks) {
    if (forkOf) counts.set(forkOf.checkpointId, (counts.get(forkOf.checkpointId) ?? 0) + 1);
  }
  return counts;
}

interface ForksProps {
  readonly forks: readonly RunState[];
  readonly onOpenRun: ((runId: string) => void) | undefined;
}

/** Runs that began at the chosen checkpoint. */
function Forks({ forks, onOpenRun }: ForksProps): ReactElement | null {
  const { labels } = useTexts();
  const words = labels(forkLabels);
  if (forks.length === 0) return null;
  return (
    <section aria-label={words.forksHeading}>
      <h4 className="fg-card-title">{words.forksHeading}</h4>
      <ul className="fg-history-forks">
        {forks.map(({ id, status }) => (
          <li key={id}>
            {onOpenRun ? (
              <button
                type="button"
                className="fg-link fg-code"
                title={labels(forkNoteLabels).showRun(plainText(id))}
                onClick={() => onOpenRun(id)}
              >
                {plainText(id)}
              </button>
            ) : (
              <code className="fg-code">{plainText(id)}</code>
            )}
            <StatusBadge status={status} />
          </li>
        ))}
      </ul>
    </section>
  );
}
