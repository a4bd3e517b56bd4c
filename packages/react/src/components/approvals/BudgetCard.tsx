'use client';

import { NANO_PER_USD } from '@fleetglass/core/client';
import type { BudgetProgress } from '@fleetglass/core/client';
import { forwardRef, useId, useImperativeHandle } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useBudget } from '../../hooks/useBudget.js';
import { useOutlook } from '../../hooks/useOutlook.js';
import { cx } from '../../lib/cx.js';
import { SimulatedTag } from '../cost/SimulatedTag.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { StatusShape } from '../status/StatusShape.js';
import { Asked } from './Asked.js';
import { RAISE, STOP } from './budget-question.js';
import type { BudgetQuestion } from './budget-question.js';
import { RaiseForm } from './RaiseForm.js';
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
export const BudgetCard = forwardRef<HTMLElement, BudgetCardProps>(function BudgetCard(
  { question, approval, onGone, className, ...rest },
  ref,
) {
  const runId = approval.runId ?? '';
  const { labels, format } = useTexts();
  const titleId = useId();
  const { feedback, answered, blocked, decide, card } = useDecide({ approval, onGone });
  useImperativeHandle(ref, () => card.current as HTMLElement);
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
    <section
      ref={card}
      className={cx('fg-approval', className)}
      data-kind="budget"
      aria-labelledby={titleId}
      {...rest}
    >
      <StatusShape status="stopped" />
      <div className="fg-lines">
        <h3 id={titleId} className="fg-approval-title">
          <span className="fg-toned">
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
        {blocked ? (
          <p className="fg-controls-note fg-quiet">{labels(approvalsLabels)[blocked]}</p>
        ) : (
          <RaiseForm
            unit={unit}
            limit={limit}
            needed={progress.spent + progress.reserved + requested}
            suggested={suggested}
            enough={estimated === undefined ? undefined : enoughFor(progress, estimated, requested)}
            write={(amount) => write(amount, true)}
            answered={answered}
            onRaise={(chosen) => decide(RAISE, { data: { limit: chosen } })}
            onStop={() => decide(STOP)}
          />
        )}
        <CommandFeedbackLine feedback={feedback} />
      </div>
    </section>
  );
});

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
      <dd className="fg-quiet">{note}</dd>
    </div>
  );
}

/** Limit with which the rest about fits, to the next cent: the last call, too, is held at what it may cost at most. */
function enoughFor({ spent, reserved }: BudgetProgress, rest: number, call: number): number {
  const cent = NANO_PER_USD / 100;
  return Math.ceil((spent + reserved + rest + call) / cent) * cent;
}
