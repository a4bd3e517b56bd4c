'use client';

import { checkpointAt, isFinal } from '@fleetglass/core/client';
import type { CheckpointView, RunState } from '@fleetglass/core/client';
import type { JsonObject } from '@fleetglass/core/protocol';
import { forwardRef, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, SyntheticEvent } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useCheckpoints } from '../../hooks/useCheckpoints.js';
import { useCommand } from '../../hooks/useCommand.js';
import { useLiveRunPart } from '../../hooks/useEntities.js';
import { cx } from '../../lib/cx.js';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';
import { plainText } from '../../lib/plain-text.js';
import { startedRunId } from '../../lib/started-run.js';
import { Dialog } from '../parts/Dialog.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { CheckpointList } from './CheckpointList.js';
import { isObject, parsePatch } from './parse-patch.js';
import { PatchField } from './PatchField.js';
import { Prospect } from './Prospect.js';
import { forkLabels } from './fork-labels.js';

const select = ({ name, status, totals, input }: RunState) => ({ name, status, cost: totals.cost, input });

export interface ForkDialogProps extends Omit<ComponentPropsWithoutRef<'dialog'>, 'onClose' | 'title'> {
  readonly runId: string;
  /** Position whose checkpoint is chosen at first. @default the newest checkpoint */
  readonly seq?: number | undefined;
  /** The new run began. */
  readonly onForked?: ((runId: string) => void) | undefined;
  readonly onClose: () => void;
}

/** What {@link ForkDialog} loads when it is shown. */
export const ForkDialogContent = forwardRef<HTMLDialogElement, ForkDialogProps>(function ForkDialogContent(
  { runId, seq, onForked, onClose, className, ...rest },
  ref,
) {
  const { labels } = useTexts();
  const words = labels(forkLabels);
  const run = useLiveRunPart(runId, select);
  const checkpoints = useCheckpoints(runId);
  const { feedback, send } = useCommand();
  const [chosenId, setChosenId] = useState<string>();
  // Chosen once, as soon as there is something to choose from: tasks that complete later do not move it.
  const first = chosenId === undefined ? checkpointFor(checkpoints, seq) : undefined;
  if (first) setChosenId(first.id);
  const [text, setText] = useState('');
  const list = useRef<HTMLDivElement>(null);
  useBrowserLayoutEffect(() => list.current?.focus(), []);

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
    <Dialog
      ref={ref}
      className={cx('fg-fork', className)}
      heading={words.title(plainText(run?.name ?? runId))}
      onClose={onClose}
      {...rest}
    >
      <form className="fg-stack" onSubmit={(event) => void submit(event)}>
        <p className="fg-fork-text fg-soft">{words.explanation}</p>
        {checkpoints.length === 0 ? (
          <p className="fg-empty-title">{words.none}</p>
        ) : (
          <CheckpointList
            ref={list}
            runId={runId}
            total={run?.cost}
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
    </Dialog>
  );
});

function checkpointFor(checkpoints: readonly CheckpointView[], seq: number | undefined) {
  return seq === undefined ? checkpoints.at(-1) : checkpointAt(checkpoints, seq);
}

/** What the task of a checkpoint wrote, or the run's input at its start; `undefined` where it is too large to be here. */
function writtenBy({ task }: CheckpointView, input: RunState['input']): JsonObject | undefined {
  const payload = task ? task.output : input;
  return payload?.kind === 'inline' && isObject(payload.value) ? payload.value : undefined;
}
