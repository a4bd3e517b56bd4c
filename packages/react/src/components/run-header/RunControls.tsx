'use client';

import { isFinal } from '@fleetglass/core/client';
import type { RunState } from '@fleetglass/core/client';
import { forwardRef, useEffect, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, KeyboardEvent, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useCommand } from '../../hooks/useCommand.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useHindrance } from '../../hooks/useHindrance.js';
import { cx } from '../../lib/cx.js';
import { startAgain } from '../../lib/start-again.js';
import { ForkDialog } from '../fork/ForkDialog.js';
import { CommandFeedbackLine } from './CommandFeedbackLine.js';
import { runControlsLabels } from './run-header-labels.js';

export interface RunControlsProps extends ComponentPropsWithoutRef<'div'> {
  readonly runId: string;
  /** A run that was started here. */
  readonly onStarted?: ((runId: string) => void) | undefined;
  /** Asked to fork the run; without it there is no such button, nor for a run without a graph. */
  readonly onFork?: (() => void) | undefined;
}

const select = ({ status, reason, name, input, graph }: RunState) => ({
  status,
  reason,
  name,
  input,
  graph,
});

/**
 * Pause, resume, cancel, start again and fork, with what became of each in words. Renders again when the run's status
 * changes and while a command is under way.
 */
export const RunControls = forwardRef<HTMLDivElement, RunControlsProps>(function RunControls(
  { runId, onStarted, onFork, className, ...rest },
  ref,
) {
  const run = useRunPart(runId, select);
  const { labels } = useTexts();
  const hindrance = useHindrance(runId);
  const { feedback, send, clear } = useCommand();
  const [confirming, setConfirming] = useState(false);
  const [inputGone, setInputGone] = useState(false);
  const { monitor } = useMonitorSource();
  const cancelButton = useRef<HTMLButtonElement>(null);
  const words = labels(runControlsLabels);
  const replaying = hindrance === 'replaying';
  if (!run || (hindrance && !replaying)) return null;

  const over = isFinal(run.status);
  const busy = feedback.phase === 'pending';
  const held = run.status === 'paused';
  const again = async (): Promise<void> => {
    setInputGone(false);
    const started = await startAgain(run, (ref) => monitor.blob(ref), send).catch(() => setInputGone(true));
    if (started !== undefined) onStarted?.(started);
  };
  const stopConfirming = (): void => {
    setConfirming(false);
    requestAnimationFrame(() => cancelButton.current?.focus());
  };

  return (
    <div ref={ref} className={cx('fg-controls', className)} {...rest}>
      {replaying ? (
        <p className="fg-controls-note fg-quiet">{words.replaying}</p>
      ) : confirming && !over ? (
        <ConfirmCancel
          onKeep={stopConfirming}
          onCancel={() => {
            setConfirming(false);
            void send({ type: 'cancel', runId });
          }}
        />
      ) : (
        <div className="fg-buttons" role="group" aria-label={words.group}>
          {over ? (
            <button type="button" className="fg-button" disabled={busy} onClick={() => void again()}>
              {words.again}
            </button>
          ) : (
            <>
              <button
                type="button"
                className="fg-button"
                data-variant={held && run.reason !== 'budget' ? 'primary' : undefined}
                disabled={busy}
                onClick={() => void send({ type: held ? 'resume' : 'pause', runId })}
              >
                {held ? words.resume : words.pause}
              </button>
              <button
                ref={cancelButton}
                type="button"
                className="fg-button"
                data-variant="danger"
                disabled={busy}
                onClick={() => {
                  clear();
                  setConfirming(true);
                }}
              >
                {words.cancel}
              </button>
            </>
          )}
          {onFork && run.graph ? (
            <button type="button" className="fg-button" {...ForkDialog.warm} onClick={onFork}>
              {words.fork}
            </button>
          ) : null}
        </div>
      )}
      {inputGone ? (
        <p className="fg-controls-note fg-quiet fg-bad" role="alert">
          {words.inputGone}
        </p>
      ) : (
        <CommandFeedbackLine feedback={feedback} />
      )}
    </div>
  );
});

function ConfirmCancel({
  onKeep,
  onCancel,
}: {
  readonly onKeep: () => void;
  readonly onCancel: () => void;
}): ReactElement {
  const { labels } = useTexts();
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  const words = labels(runControlsLabels);
  const leaveOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onKeep();
  };
  return (
    <div className="fg-confirm" role="group" aria-label={words.confirm} onKeyDown={leaveOnEscape}>
      <strong>{words.confirm}</strong>
      <span className="fg-buttons">
        <button ref={keep} type="button" className="fg-button" onClick={onKeep}>
          {words.keep}
        </button>
        <button type="button" className="fg-button" data-variant="danger-solid" onClick={onCancel}>
          {words.confirmCancel}
        </button>
      </span>
    </div>
  );
}
