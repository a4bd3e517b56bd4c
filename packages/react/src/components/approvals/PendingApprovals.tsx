'use client';

import type { ApprovalState } from '@fleetglass/core/client';
import { forwardRef, useId } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useCommand } from '../../hooks/useCommand.js';
import { usePendingApprovals } from '../../hooks/useEntities.js';
import { useNow } from '../../hooks/useNow.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { StatusShape } from '../status/StatusShape.js';

export interface PendingApprovalsProps extends ComponentPropsWithoutRef<'div'> {
  readonly runId: string;
}

const DEFAULT_OPTIONS: readonly string[] = ['approve', 'reject'];

/** Decisions that a run waits for, with their answers as buttons. Renders again when one is asked for or settled. */
export const PendingApprovals = forwardRef<HTMLDivElement, PendingApprovalsProps>(function PendingApprovals(
  { runId, className, ...rest },
  ref,
) {
  const approvals = usePendingApprovals(runId);
  if (approvals.length === 0) return null;
  return (
    <div ref={ref} className={cx('fg-approvals', className)} {...rest}>
      {approvals.map((approval) => (
        <Approval key={approval.approvalId} runId={runId} approval={approval} />
      ))}
    </div>
  );
});

function Approval({
  runId,
  approval,
}: {
  readonly runId: string;
  readonly approval: ApprovalState;
}): ReactElement {
  const { labels, format } = useTexts();
  const titleId = useId();
  const now = useNow(approval.expiresAt !== undefined);
  const replaying = useIsReplaying();
  const { feedback, send } = useCommand();
  const words = labels.approvals;
  const options = approval.options && approval.options.length > 0 ? approval.options : DEFAULT_OPTIONS;
  const { expiresAt, approvalId } = approval;
  return (
    <section className="fg-approval" aria-labelledby={titleId}>
      <StatusShape status="waiting" />
      <div className="fg-approval-text">
        <h3 id={titleId} className="fg-approval-title">
          {words.title}: {plainText(approval.title)}
        </h3>
        <p className="fg-why-more">
          {words.asked(plainText(approval.agentId ?? words.asker), format.time(approval.requestedAt))}
          {expiresAt === undefined ? null : `, ${words.expires(format.duration(expiresAt - now))}`}
        </p>
        {approval.details ? (
          <details className="fg-approval-details">
            <summary>{words.details}</summary>
            <pre tabIndex={0}>{plainText(JSON.stringify(approval.details, null, 2))}</pre>
          </details>
        ) : null}
        <CommandFeedbackLine feedback={feedback} />
      </div>
      {replaying ? (
        <p className="fg-controls-note">{words.replaying}</p>
      ) : (
        <div className="fg-buttons">
          {options.map((option, index) => (
            <button
              key={option}
              type="button"
              className="fg-button"
              data-variant={index === 0 ? 'primary' : undefined}
              disabled={feedback.phase === 'pending'}
              onClick={() => void send({ type: 'decide', runId, approvalId, decision: option })}
            >
              {words.options[option] ?? plainText(option)}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
