'use client';

import { forwardRef, useCallback, useEffect, useImperativeHandle, useRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { usePendingApprovals } from '../../hooks/useEntities.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { ApprovalCard } from './ApprovalCard.js';
import { pendingApprovalsLabels } from './pending-labels.js';

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
  // A question is shown at once, and also when the network is gone by then.
  useEffect(() => void ApprovalCard.preload(), []);
  // Whoever answered by keyboard stays here, and does not begin at the top of the page again.
  const onGone = useCallback(() => root.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={root}
      className={cx('fg-approvals fg-stack', className)}
      tabIndex={-1}
      data-empty={approvals.length === 0 || undefined}
      {...rest}
    >
      <p className="fg-hidden" role="status">
        {approvals.length === 0
          ? ''
          : labels(pendingApprovalsLabels).announce(approvals.map(({ title }) => plainText(title)))}
      </p>
      {approvals.map((approval) => (
        <ApprovalCard
          key={approval.approvalId}
          runId={runId}
          approvalId={approval.approvalId}
          onGone={onGone}
        />
      ))}
    </div>
  );
});
