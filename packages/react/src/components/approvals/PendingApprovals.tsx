'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { forwardRef, useCallback, useImperativeHandle, useRef } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { usePendingApprovals } from '../../hooks/useEntities.js';
import { isShallowEqual } from '../../hooks/selection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { ApprovalCard } from './ApprovalCard.js';
import { BudgetCard } from './BudgetCard.js';
import { readBudgetQuestion } from './budget-question.js';
import type { BudgetQuestion } from './budget-question.js';
import type { ApprovalProps } from './useDecide.js';
import { approvalsLabels } from './approvals-labels.js';

export interface PendingApprovalsProps extends ComponentPropsWithoutRef<'div'> {
  readonly runId: string;
}

/**
 * Decisions that a run waits for, with their answers as buttons; a used-up budget with a new limit to choose. Told to
 * assistive technology as they are asked for. Renders again when one is asked for or settled.
 */
export const PendingApprovals = forwardRef<HTMLDivElement, PendingApprovalsProps>(function PendingApprovals(
  { runId, className, ...rest },
  ref,
) {
  const approvals = usePendingApprovals(runId);
  const { labels } = useTexts();
  const root = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => root.current as HTMLDivElement);
  // Whoever answered by keyboard stays here, and does not begin at the top of the page again.
  const onGone = useCallback(() => root.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={root}
      className={cx('fg-approvals', className)}
      tabIndex={-1}
      data-empty={approvals.length === 0 || undefined}
      {...rest}
    >
      <p className="fg-hidden" role="status">
        {approvals.length === 0
          ? ''
          : labels(approvalsLabels).announce(approvals.map(({ title }) => plainText(title)))}
      </p>
      {approvals.map((approval) => (
        <Approval key={approval.approvalId} runId={runId} approval={approval} onGone={onGone} />
      ))}
    </div>
  );
});

function Approval(props: ApprovalProps): ReactElement {
  const { approval } = props;
  const question = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => readBudgetQuestion(state, approval), [approval]),
    { isEqual: isQuestionEqual },
  );
  return question ? <BudgetCard {...props} question={question} /> : <ApprovalCard {...props} />;
}

function isQuestionEqual(a: BudgetQuestion | undefined, b: BudgetQuestion | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isShallowEqual(a, b));
}
