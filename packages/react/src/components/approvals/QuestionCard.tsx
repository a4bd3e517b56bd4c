'use client';

import type { ApprovalState } from '@fleetglass/core/client';
import { forwardRef, useId, useImperativeHandle, useState } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { StatusShape } from '../status/StatusShape.js';
import { ApprovalFacts } from './ApprovalFacts.js';
import { Asked } from './Asked.js';
import { useDecide } from './useDecide.js';
import type { ApprovalProps } from './useDecide.js';
import { useOptionWords } from './useOptionWords.js';
import { approvalsLabels } from './approvals-labels.js';

const DEFAULT_OPTIONS: readonly string[] = ['approve', 'reject'];

/**
 * A question with its options as buttons, and after the decision what was decided, by whom and when. Renders again with
 * its approval, and each second while it expires.
 */
export const QuestionCard = forwardRef<HTMLElement, ApprovalProps>(function QuestionCard(
  { approval, onGone, className, ...rest },
  ref,
) {
  const { labels } = useTexts();
  const titleId = useId();
  const { feedback, answered, blocked, decide, card } = useDecide({ approval, onGone });
  useImperativeHandle(ref, () => card.current as HTMLElement);
  const [note, setNote] = useState<string>();
  const wordsOf = useOptionWords();
  const words = labels(approvalsLabels);
  const { status } = approval;
  const isPending = status === 'pending';
  const options = approval.options && approval.options.length > 0 ? approval.options : DEFAULT_OPTIONS;
  const written = note?.trim() ?? '';
  return (
    <section
      ref={card}
      className={cx('fg-approval', className)}
      data-state={status}
      aria-labelledby={titleId}
      {...rest}
    >
      <StatusShape status={isPending ? 'waiting' : status === 'decided' ? 'completed' : 'offline'} />
      <div className="fg-lines">
        <h3 id={titleId} className="fg-approval-title">
          <span className="fg-toned">{isPending ? words.title : words.settled[status]}:</span>{' '}
          {plainText(approval.title)}
        </h3>
        <Asked approval={approval} />
        {approval.details ? <ApprovalFacts details={approval.details} /> : null}
      </div>
      <div className="fg-approval-answer">
        {isPending ? (
          <>
            {blocked ? (
              <p className="fg-controls-note fg-quiet">{words[blocked]}</p>
            ) : (
              <>
                {note === undefined ? null : <Note value={note} onChange={setNote} />}
                <div className="fg-buttons">
                  {options.map((option, index) => (
                    <button
                      key={option}
                      type="button"
                      className="fg-button"
                      data-variant={index === 0 ? 'primary' : undefined}
                      aria-disabled={answered || undefined}
                      onClick={() => decide(option, written === '' ? {} : { note: written })}
                    >
                      {wordsOf(option)}
                    </button>
                  ))}
                  {note === undefined ? (
                    <button type="button" className="fg-link" onClick={() => setNote('')}>
                      {words.addNote}
                    </button>
                  ) : null}
                </div>
              </>
            )}
            <CommandFeedbackLine feedback={feedback} />
          </>
        ) : (
          <Settled approval={approval} />
        )}
      </div>
    </section>
  );
});

function Note({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const { labels } = useTexts();
  const words = labels(approvalsLabels);
  const [id, hintId] = [useId(), useId()];
  return (
    <div className="fg-approval-note fg-form-field">
      <label htmlFor={id}>{words.note}</label>
      <textarea
        id={id}
        className="fg-input"
        rows={2}
        maxLength={4000}
        value={value}
        aria-describedby={hintId}
        // It appears because somebody asked for it.
        ref={focusOnce}
        onChange={({ target }) => onChange(target.value)}
      />
      <p id={hintId} className="fg-why-more fg-quiet">
        {words.noteHint}
      </p>
    </div>
  );
}

const focusOnce = (element: HTMLTextAreaElement | null): void => element?.focus();

function Settled({ approval }: { readonly approval: ApprovalState }): ReactElement {
  const { labels, format } = useTexts();
  const wordsOf = useOptionWords();
  const words = labels(approvalsLabels);
  const { status, decision, decidedAt = 0, by, note } = approval;
  const option = wordsOf(decision ?? '');
  const time = format.time(decidedAt);
  return (
    <p>
      <strong>
        {status === 'expired'
          ? words.expiredAt(time)
          : by
            ? words.decidedBy(option, plainText(by.name ?? by.id), time)
            : words.decided(option, time)}
      </strong>
      {note === undefined ? null : <span className="fg-break"> {plainText(note)}</span>}
    </p>
  );
}
