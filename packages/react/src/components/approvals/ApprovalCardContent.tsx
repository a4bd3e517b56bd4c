'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { forwardRef, useCallback } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { isSameOrNone } from '../../hooks/selection.js';
import { useApproval } from '../../hooks/useApprovals.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { BudgetCard } from './BudgetCard.js';
import { QuestionCard } from './QuestionCard.js';
import { readBudgetQuestion } from './budget-question.js';
import { approvalsLabels } from './approvals-labels.js';

export interface ApprovalCardProps extends ComponentPropsWithoutRef<'section'> {
  readonly runId: string;
  readonly approvalId: string;
  /** The card is taken away while it has the focus: whoever answered by keyboard should be kept near. */
  readonly onGone?: (() => void) | undefined;
}

/** What {@link ApprovalCard} loads when it is shown. */
export const ApprovalCardContent = forwardRef<HTMLElement, ApprovalCardProps>(function ApprovalCardContent(
  { runId, approvalId, ...rest },
  ref,
) {
  const approval = useApproval(runId, approvalId);
  const question = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        approval?.status === 'pending' ? readBudgetQuestion(state, approval) : undefined,
      [approval],
    ),
    { isEqual: isSameOrNone },
  );
  const { labels } = useTexts();
  if (!approval) return <EmptyNote heading={labels(approvalsLabels).missing} />;
  return question ? (
    <BudgetCard ref={ref} approval={approval} question={question} {...rest} />
  ) : (
    <QuestionCard ref={ref} approval={approval} {...rest} />
  );
});
