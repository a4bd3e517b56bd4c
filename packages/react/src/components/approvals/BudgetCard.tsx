'use client';

import { NANO_PER_USD } from '@fleetglass/core/client';
import type { BudgetProgress } from '@fleetglass/core/client';
import { useId, useRef, useState } from 'react';
import type { SyntheticEvent, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useBudget } from '../../hooks/useBudget.js';
import { useOutlook } from '../../hooks/useOutlook.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { SimulatedTag } from '../cost/SimulatedTag.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { StatusShape } from '../status/StatusShape.js';
import { Asked } from './ApprovalCard.js';
import { RAISE, readAmount, STOP, writeAmount } from './budget-question.js';
import type { BudgetQuestion } from './budget-question.js';
import { useDecide } from './useDecide.js';
import type { ApprovalProps } from './useDecide.js';
import { approvalsLabels, budgetQuestionLabels } from './approvals-labels.js';
import { budgetLabels } from '../budget/budget-labels.js';
import { costLabels } from '../cost/cost-labels.js';

export interface BudgetCardProps extends ApprovalProps {
  readonly question: BudgetQuestion;
}

/**
 * A limit was reached: what was spent, what the next call and the rest would cost, and a new limit to choose. Renders
 * again with its approval, and at the cost cadence while calls in flight end.
 */
export function BudgetCard({ question, ...props }: BudgetCardProps): ReactElement | null {
  const { runId, approval } = props;
  const { labels, format } = useTexts();
  const titleId = useId();
  const replaying = useIsReplaying();
  const { feedback, answered, decide, card } = useDecide(props);
  const progress = useBudget(question.budgetKey);
  const outlook = useOutlook(runId);
  if (!progress) return null;
  const words = labels(budgetQuestionLabels);
  const { unit, limit, requested, suggested } = question;
  const { scope } = progress.budget;
  const write = (amount: number, chosen = false): string =>
    unit === 'usd'
      ? (chosen ? format.chosenMoney : format.money)(amount)
      : labels(budgetLabels).unit.tokens(format.count(amount));
  const spent = progress.lowerBound
    ? labels(costLabels).atLeast(write(progress.spent))
    : write(progress.spent);
  const estimated = unit === 'usd' ? outlook.nanoUsd : undefined;
  return (
    <section ref={card} className="fg-approval" data-kind="budget" aria-labelledby={titleId}>
      <StatusShape status="stopped" />
      <div className="fg-approval-text">
        <h3 id={titleId} className="fg-approval-title">
          <span className="fg-approval-kind">
            {words.title(
              labels(budgetLabels).scopeIn(labels(budgetLabels).scope[scope.kind](scope.id ?? ''), unit),
            )}
          </span>{' '}
          <SimulatedTag runId={runId} />
        </h3>
        <Asked approval={approval} />
        <dl className="fg-facts" data-figures="">
          <Figure
            name={words.spent}
            value={spent}
            note={progress.reserved > 0 ? words.inFlight(write(progress.reserved)) : words.nothingInFlight}
          />
          <Figure name={words.limit} value={write(limit, true)} note={words.untilNow} />
          <Figure name={words.nextCall} value={write(requested)} note={words.nextCallNote} />
          {unit === 'usd' ? (
            <Figure
              name={words.goingOn}
              value={estimated === undefined ? labels(costLabels).unknown : words.about(write(estimated))}
              note={
                estimated === undefined ? words.noEstimate : words.estimate(format.count(outlook.openTasks))
              }
            />
          ) : null}
        </dl>
      </div>
      <div className="fg-approval-answer">
        {replaying ? (
          <p className="fg-controls-note">{labels(approvalsLabels).replaying}</p>
        ) : (
          <RaiseForm
            unit={unit}
            limit={limit}
            needed={progress.spent + progress.reserved + requested}
            suggested={suggested}
            enough={estimated === undefined ? undefined : enoughFor(progress, estimated, requested)}
            write={(amount) => write(amount, true)}
            answered={answered}
            onRaise={(chosen) => decide(RAISE, { limit: chosen })}
            onStop={() => decide(STOP)}
          />
        )}
        <CommandFeedbackLine feedback={feedback} />
      </div>
    </section>
  );
}

function Figure({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}): ReactElement {
  return (
    <div className="fg-fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
      <dd className="fg-fact-note">{note}</dd>
    </div>
  );
}

/** Limit with which the rest about fits, to the next cent: the last call, too, is held at what it may cost at most. */
function enoughFor({ spent, reserved }: BudgetProgress, rest: number, call: number): number {
  const cent = NANO_PER_USD / 100;
  return Math.ceil((spent + reserved + rest + call) / cent) * cent;
}

interface RaiseFormProps extends Pick<BudgetQuestion, 'unit' | 'limit' | 'suggested'> {
  /** Limit with which the next call fits. */
  readonly needed: number;
  /** Limit with which the rest about fits; absent where nobody knows. */
  readonly enough: number | undefined;
  readonly write: (amount: number) => string;
  readonly answered: boolean;
  readonly onRaise: (limit: number) => void;
  readonly onStop: () => void;
}

function RaiseForm({
  unit,
  limit,
  needed,
  enough,
  suggested,
  write,
  answered,
  onRaise,
  onStop,
}: RaiseFormProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(budgetQuestionLabels);
  const fieldId = useId();
  const noteId = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(() => writeAmount(unit, suggested));
  const chosen = readAmount(unit, text);
  const problem =
    chosen === undefined || chosen <= limit
      ? words.tooLow(write(limit))
      : Number.isSafeInteger(chosen)
        ? undefined
        : words.tooHigh;
  const note = problem ?? (chosen !== undefined && chosen < needed ? words.notEnough(write(needed)) : '');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (problem !== undefined || chosen === undefined) field.current?.focus();
    else onRaise(chosen);
  };
  return (
    <form className="fg-raise" noValidate onSubmit={submit}>
      <div className="fg-raise-field">
        <label htmlFor={fieldId}>
          {words.newLimit} <span className="fg-raise-unit">{words.unit[unit]}</span>
        </label>
        <input
          ref={field}
          id={fieldId}
          className="fg-input"
          type="number"
          inputMode="decimal"
          min={0}
          step={unit === 'usd' ? 0.01 : 1000}
          value={text}
          aria-invalid={problem !== undefined}
          aria-describedby={noteId}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      <div className="fg-buttons">
        <button
          type="submit"
          className="fg-button"
          data-variant="primary"
          aria-disabled={answered || undefined}
        >
          {problem === undefined && chosen !== undefined ? words.raise(write(chosen)) : words.raiseToWhat}
        </button>
        <button
          type="button"
          className="fg-button"
          data-variant="danger"
          aria-disabled={answered || undefined}
          onClick={onStop}
        >
          {words.stop}
        </button>
      </div>
      <p
        id={noteId}
        className="fg-raise-note"
        role="status"
        data-problem={problem === undefined ? undefined : ''}
      >
        {note === '' ? words.stopNote : note}
      </p>
      {enough !== undefined && enough > limit && enough !== chosen ? (
        <button
          type="button"
          className="fg-link fg-raise-enough"
          onClick={() => setText(writeAmount(unit, enough))}
        >
          {words.enough(write(enough))}
        </button>
      ) : null}
    </form>
  );
}
