'use client';

import { checkpointAt, isFinal, sumCosts } from '@fleetglass/core/client';
import type { CheckpointView, CostTotals, RunState } from '@fleetglass/core/client';
import type { JsonObject } from '@fleetglass/core/protocol';
import { forwardRef, useId, useImperativeHandle, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, SyntheticEvent, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useCheckpoints } from '../../hooks/useCheckpoints.js';
import { useCommand } from '../../hooks/useCommand.js';
import { useLiveRunPart } from '../../hooks/useEntities.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { startedRunId } from '../../lib/started-run.js';
import { describeCost } from '../cost/describe-cost.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { CheckpointList } from './CheckpointList.js';
import { isObject, parsePatch } from './parse-patch.js';
import { PatchField } from './PatchField.js';
import { forkLabels } from './fork-labels.js';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';

export interface ForkDialogProps extends Omit<ComponentPropsWithoutRef<'dialog'>, 'onClose'> {
  readonly runId: string;
  /** Position whose checkpoint is chosen at first. @default the newest checkpoint */
  readonly seq?: number | undefined;
  /** The new run began. */
  readonly onForked?: ((runId: string) => void) | undefined;
  readonly onClose: () => void;
}

const select = ({ name, status, totals, input }: RunState) => ({ name, status, cost: totals.cost, input });

/**
 * Chooses a checkpoint of a run, says what a fork takes over and what running on will about cost, and starts it, with
 * fields of the state replaced if wanted. A modal dialog; it is open while it is rendered. Renders again when a task
 * of the run completes.
 */
export const ForkDialog = forwardRef<HTMLDialogElement, ForkDialogProps>(function ForkDialog(
  { runId, seq, onForked, onClose, className, ...rest },
  ref,
) {
  const texts = useTexts();
  const words = texts.labels(forkLabels);
  const titleId = useId();
  const run = useLiveRunPart(runId, select);
  const checkpoints = useCheckpoints(runId);
  const { feedback, send } = useCommand();
  const [chosenId, setChosenId] = useState<string>();
  // Chosen once, as soon as there is something to choose from: tasks that complete later do not move it.
  const first = chosenId === undefined ? checkpointFor(checkpoints, seq) : undefined;
  if (first) setChosenId(first.id);
  const [text, setText] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => dialog.current as HTMLDialogElement);
  useBrowserLayoutEffect(() => {
    const element = dialog.current;
    open(element);
    list.current?.focus();
    // Closed and not only taken away: that gives the focus back to whoever opened it.
    return () => close(element);
  }, []);

  const chosen = checkpoints.find(({ id }) => id === chosenId);
  const parsed = parsePatch(text);
  const busy = feedback.phase === 'pending';
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (!chosen || !parsed.ok || busy) return;
    const patch = parsed.patch === undefined ? {} : { patch: parsed.patch };
    const answer = await send({ type: 'fork', runId, checkpointId: chosen.id, ...patch });
    const forked = answer.ok ? startedRunId(answer.result) : undefined;
    if (forked === undefined) return;
    onClose();
    onForked?.(forked);
  };
  return (
    <dialog
      ref={dialog}
      className={cx('fg-dialog', className)}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      {...rest}
    >
      <form className="fg-fork" onSubmit={(event) => void submit(event)}>
        <div className="fg-fork-head">
          <h2 id={titleId} className="fg-fork-title">
            {words.title(plainText(run?.name ?? runId))}
          </h2>
          <button
            type="button"
            className="fg-icon-button"
            aria-label={words.close}
            title={words.close}
            onClick={onClose}
          >
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <path d="m2 2 8 8M10 2l-8 8" />
            </svg>
          </button>
        </div>
        <p className="fg-fork-text">{words.explanation}</p>
        {checkpoints.length === 0 ? (
          <p className="fg-empty-title">{words.none}</p>
        ) : (
          <CheckpointList
            ref={list}
            runId={runId}
            selectedId={chosenId}
            onSelect={({ id }) => setChosenId(id)}
          />
        )}
        {chosen && run ? (
          <>
            <Prospect checkpoint={chosen} total={run.cost} goesOn={!isFinal(run.status)} />
            <PatchField
              text={text}
              parsed={parsed}
              written={writtenBy(chosen, run.input)}
              onChange={setText}
            />
          </>
        ) : null}
        <div className="fg-fork-end">
          <CommandFeedbackLine feedback={feedback} />
          <div className="fg-buttons">
            <button type="button" className="fg-button" onClick={onClose}>
              {words.cancel}
            </button>
            <button
              type="submit"
              className="fg-button"
              data-variant="primary"
              aria-disabled={!chosen || !parsed.ok || busy || undefined}
            >
              {words.submit}
            </button>
          </div>
        </div>
      </form>
    </dialog>
  );
});

function checkpointFor(checkpoints: readonly CheckpointView[], seq: number | undefined) {
  return seq === undefined ? checkpoints.at(-1) : checkpointAt(checkpoints, seq);
}

interface ProspectProps {
  readonly checkpoint: CheckpointView;
  /** Cost of the whole run so far. */
  readonly total: CostTotals;
  readonly goesOn: boolean;
}

/** What a fork takes over, and what running on will about cost. */
function Prospect({ checkpoint: { completed, spent }, total, goesOn }: ProspectProps): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(forkLabels);
  const again = describeCost(sumCosts(total, spent, -1), texts);
  const saved = describeCost(spent, texts);
  return (
    <dl className="fg-facts" data-figures="">
      <div className="fg-fact">
        <dt>{words.takenOver}</dt>
        <dd>{words.takenOverTasks(format.count(completed))}</dd>
        <dd className="fg-fact-note">{words.takenOverNote}</dd>
      </div>
      <div className="fg-fact">
        <dt>{words.spent}</dt>
        <dd title={saved.hint}>{saved.text}</dd>
        <dd className="fg-fact-note" data-simulated={saved.simulated || undefined}>
          {saved.note === '' ? words.spentNote : saved.note}
        </dd>
      </div>
      <div className="fg-fact">
        <dt>{words.again}</dt>
        <dd title={again.hint}>
          {again.certainty === 'unknown' ? again.text : words.againAmount(again.text, goesOn)}
        </dd>
        <dd className="fg-fact-note">{words.againNote}</dd>
      </div>
    </dl>
  );
}

/** What the task of a checkpoint wrote, or the run's input at its start; `undefined` where it is too large to be here. */
function writtenBy({ task }: CheckpointView, input: RunState['input']): JsonObject | undefined {
  const payload = task ? task.output : input;
  return payload?.kind === 'inline' && isObject(payload.value) ? payload.value : undefined;
}

/** Without the dialog of a browser, as in a test, it is open without being modal. */
function open(dialog: HTMLDialogElement | null): void {
  if (typeof dialog?.showModal === 'function') dialog.showModal();
  else dialog?.setAttribute('open', '');
}

function close(dialog: HTMLDialogElement | null): void {
  if (typeof dialog?.close === 'function') dialog.close();
}
