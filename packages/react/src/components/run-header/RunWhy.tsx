'use client';

import type { MonitorSnapshot, RunState } from '@fleetglass/core/client';
import { forwardRef, useCallback } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { usePendingApprovals, useRunPart } from '../../hooks/useEntities.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useNow } from '../../hooks/useNow.js';
import { useRaiseBudget } from '../../hooks/useRaiseBudget.js';
import { useHindrance } from '../../hooks/useHindrance.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { StatusShape } from '../status/StatusShape.js';
import { CommandFeedbackLine } from './CommandFeedbackLine.js';
import { runControlsLabels, runWhyLabels } from './run-header-labels.js';

export interface RunWhyProps extends ComponentPropsWithoutRef<'div'> {
  readonly runId: string;
}

const select = ({ status, reason, message, by, error, statusSince }: RunState) => ({
  status,
  reason,
  message,
  by,
  error,
  statusSince,
});

/** What a raised limit is multiplied with. */
const RAISE = 1.5;

/**
 * Why the run does not go on: reason, since when, what unblocks it and one button. Renders nothing while it does.
 * Renders again when the run's status changes, and each second for "since".
 */
export const RunWhy = forwardRef<HTMLDivElement, RunWhyProps>(function RunWhy(
  { runId, className, ...rest },
  ref,
) {
  const run = useRunPart(runId, select);
  const { labels, format } = useTexts();
  const words = labels(runWhyLabels);
  const reasons = run && words.reason[run.status];
  const hindrance = useHindrance(runId);
  const isRecorded = hindrance === 'recorded';
  const now = useNow(reasons !== undefined && !isRecorded);
  const { feedback, send, raise } = useRaiseBudget();
  const reachedBudget = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => {
        for (const budget of state.budgets.values()) {
          if (budget.reachedAt !== undefined && (budget.runId === undefined || budget.runId === runId))
            return budget;
        }
        return undefined;
      },
      [runId],
    ),
  );
  const approvals = usePendingApprovals(runId);
  if (!run || !reasons) return null;

  const code = run.reason ?? '';
  const pick = (texts: { readonly [reason: string]: string } | undefined): string =>
    texts?.[code] ?? texts?.[''] ?? '';
  const said = plainText(run.error?.message ?? run.message);
  // A raised limit alone lets a waiting run go on; a paused one has to be resumed too.
  const paused = run.status === 'paused';
  const outOfBudget = code === 'budget' && (paused || run.status === 'waiting');
  const raised = outOfBudget && paused && !reachedBudget;
  // The question has the amount to choose; a second way beside it would leave it open.
  const asked = outOfBudget && !paused && approvals.length > 0;
  const raisedLimit = Math.ceil((reachedBudget?.limit ?? 0) * RAISE);
  const canAct = outOfBudget && !asked && !hindrance;
  return (
    <div ref={ref} className={cx('fg-why', className)} data-status={run.status} {...rest}>
      <StatusShape status={run.status} />
      <div className="fg-why-text fg-lines">
        <p className="fg-why-reason">
          <strong className="fg-toned">{asked ? words.asked : raised ? words.raised : pick(reasons)}</strong>
          {asked || raised || said === undefined || said === '' ? null : (
            <span className="fg-why-said"> {said}</span>
          )}
        </p>
        <p className="fg-why-more fg-quiet">
          {isRecorded
            ? words.recordedSince(format.time(run.statusSince))
            : words.since(format.time(run.statusSince), format.duration(now - run.statusSince))}
          {run.by ? ` ${words.by(plainText(run.by.name ?? run.by.id))}` : null}
          {'. '}
          {run.error ? <>{words.errorCode(plainText(run.error.code))} </> : null}
          {isRecorded
            ? null
            : asked
              ? words.askedHint
              : raised
                ? words.raisedHint
                : pick(words.unblock[run.status])}
        </p>
        <CommandFeedbackLine feedback={feedback} />
      </div>
      {canAct && (raised || reachedBudget) ? (
        <button
          type="button"
          className="fg-button"
          data-variant="primary"
          disabled={feedback.phase === 'pending'}
          onClick={() =>
            void (reachedBudget ? raise(reachedBudget, raisedLimit) : send({ type: 'resume', runId }))
          }
        >
          {reachedBudget
            ? (paused ? words.raiseAndResume : words.raise)(
                reachedBudget.unit === 'usd' ? format.chosenMoney(raisedLimit) : format.count(raisedLimit),
              )
            : labels(runControlsLabels).resume}
        </button>
      ) : null}
    </div>
  );
});
