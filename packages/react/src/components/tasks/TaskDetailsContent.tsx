'use client';

import { taskNodeKey } from '@fleetglass/core/client';
import { forwardRef, useId } from 'react';
import type { ComponentPropsWithoutRef, ReactElement, ReactNode } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useTask } from '../../hooks/useEntities.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useTaskPart, useTaskSummary } from '../../hooks/useTasks.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { approvalsLabels } from '../approvals/approvals-labels.js';
import { describeCost } from '../cost/describe-cost.js';
import { describeTokens } from '../cost/describe-tokens.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { SkeletonRows } from '../parts/SkeletonRows.js';
import { StatusBadge } from '../status/StatusBadge.js';
import { StatusShape } from '../status/StatusShape.js';
import { AgentName } from './AgentName.js';
import { AgentsSummary } from './AgentsSummary.js';
import { detailsLabels } from './details-labels.js';
import { PayloadText } from './PayloadText.js';
import { TaskAgain } from './TaskAgain.js';
import {
  decisionsOf,
  isFailedAttempt,
  TaskAttempts,
  TaskDecisions,
  useTaskApprovals,
} from './TaskDecisions.js';
import { pickReason, selectWork, shortText } from './task-facts.js';
import type { TaskWork } from './task-facts.js';
import { TaskPlace } from './TaskPlace.js';
import { TaskProgress } from './TaskProgress.js';
import { TaskPrompt } from './TaskPrompt.js';
import { TaskSpans } from './TaskSpans.js';
import { TaskTime } from './TaskTime.js';
import { tasksLabels } from './tasks-labels.js';
import { useTaskFiles, useTaskHistory, useTaskLogs } from './useTaskHistory.js';

/** What a host may do from a task; each is offered only where it is given. */
export interface TaskDetailsCallbacks {
  readonly onSelectTask?: ((taskId: string, runId: string) => void) | undefined;
  readonly onShowFiles?: ((taskId: string, runId: string) => void) | undefined;
  readonly onShowLogs?: ((taskId: string, runId: string) => void) | undefined;
  /** Asked to show the question that the task waits for. */
  readonly onShowApproval?: ((approvalId: string, runId: string) => void) | undefined;
  /** Asked for a new run with the same input, where there is no checkpoint to fork from. */
  readonly onRunAgain?: ((runId: string) => void) | undefined;
  /** A fork began. */
  readonly onForked?: ((runId: string) => void) | undefined;
}

export interface TaskDetailsProps extends ComponentPropsWithoutRef<'div'>, TaskDetailsCallbacks {
  readonly runId: string;
  readonly taskId: string;
}

/** What {@link TaskDetails} loads when it is shown. */
export const TaskDetailsContent = forwardRef<HTMLDivElement, TaskDetailsProps>(function TaskDetailsContent(
  {
    runId,
    taskId,
    onSelectTask,
    onShowFiles,
    onShowLogs,
    onShowApproval,
    onRunAgain,
    onForked,
    className,
    ...rest
  },
  ref,
) {
  const work = useTaskPart(runId, taskId, selectWork);
  const task = useTask(runId, taskId);
  const { ready } = useConnection();
  const { labels, format } = useTexts();
  const words = labels(detailsLabels);
  const options: { readonly [option: string]: string | undefined } = labels(approvalsLabels).options;
  const history = useTaskHistory(runId, taskId);
  const approvals = useTaskApprovals(runId, taskId);
  const files = useTaskFiles(runId, taskId);
  const logs = useTaskLogs(runId, taskId);
  if (!work || !task) {
    return (
      <div ref={ref} className={cx('fg-task-details', className)} {...rest}>
        {ready ? (
          <EmptyNote heading={words.missing(plainText(taskId))} hint={words.missingHint} />
        ) : (
          <SkeletonRows />
        )}
      </div>
    );
  }
  const decisions = decisionsOf(
    approvals,
    history.events,
    words,
    (option) => options[option] ?? shortText(option),
  );
  const pending = approvals.find(({ status }) => status === 'pending');
  return (
    <div ref={ref} className={cx('fg-task-details', className)} {...rest}>
      <p className="fg-task-line fg-soft">
        <StatusBadge status={work.status} data-variant="pill" />
        {work.agentId === undefined ? null : <AgentName runId={runId} agentId={work.agentId} />}
        {work.attempt > 1 ? <span>{labels(tasksLabels).attempt(format.count(work.attempt))}</span> : null}
        {task.progress ? <TaskProgress progress={task.progress} /> : null}
        <code className="fg-code">{plainText(taskId)}</code>
      </p>
      <TaskWhy work={work}>
        {pending && onShowApproval ? (
          <button
            type="button"
            className="fg-button"
            data-variant="primary"
            onClick={() => onShowApproval(pending.approvalId, runId)}
          >
            {words.answer}
          </button>
        ) : null}
      </TaskWhy>
      <Figures runId={runId} taskId={taskId} />
      <div className="fg-buttons">
        {files > 0 && onShowFiles ? (
          <button type="button" className="fg-button" onClick={() => onShowFiles(taskId, runId)}>
            {words.files(format.count(files))}
          </button>
        ) : null}
        {logs > 0 && onShowLogs ? (
          <button type="button" className="fg-button" onClick={() => onShowLogs(taskId, runId)}>
            {words.logs(format.count(logs))}
          </button>
        ) : null}
        <TaskAgain runId={runId} before={history.before} onForked={onForked} onRunAgain={onRunAgain} />
      </div>
      <div className="fg-task-columns">
        <div>
          <Part heading={words.prompt}>
            <TaskPrompt runId={runId} taskId={taskId} isTop={task.parentTaskId === undefined} />
          </Part>
          <Part heading={words.result}>
            {task.output ? (
              <PayloadText payload={task.output} label={words.result} />
            ) : (
              <p className="fg-card-note">{words.noResult}</p>
            )}
          </Part>
        </div>
        <div>
          <Part heading={words.workflow}>
            <TaskPlace runId={runId} taskId={taskId} onSelectTask={onSelectTask} />
          </Part>
          {history.error === undefined ? null : (
            <p className="fg-bad" role="alert">
              {words.historyFailed(plainText(history.error))}
            </p>
          )}
          {history.events.some(isFailedAttempt) ? (
            <Part heading={words.attempts}>
              <TaskAttempts events={history.events} />
            </Part>
          ) : null}
          {decisions.length > 0 ? (
            <Part heading={words.decisions}>
              <TaskDecisions decisions={decisions} />
            </Part>
          ) : null}
        </div>
      </div>
      <Part heading={words.agents}>
        <AgentsSummary runId={runId} taskId={taskId} files={files} />
      </Part>
      <Part heading={words.spans}>
        <TaskSpans runId={runId} taskId={taskId} counted={task.totals.modelCalls + task.totals.toolCalls} />
      </Part>
    </div>
  );
});

function Part({
  heading,
  children,
}: {
  readonly heading: string;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <section className="fg-task-part" aria-labelledby={id}>
      <h3 id={id} className="fg-card-title">
        {heading}
      </h3>
      {children}
    </section>
  );
}

/** Why a task does not go on: the reason, since when, by whom, what unblocks it, and its one button. */
function TaskWhy({
  work,
  children,
}: {
  readonly work: TaskWork;
  readonly children: ReactNode;
}): ReactElement | null {
  const { labels, format } = useTexts();
  const words = labels(detailsLabels);
  const shared = labels(tasksLabels);
  const reason = pickReason(shared.why, work);
  if (reason === undefined) return null;
  const said = work.error?.message ?? work.message;
  const facts = [
    words.since(format.time(work.statusSince)),
    work.by && words.by(plainText(work.by.name ?? work.by.id)),
    work.error && plainText(work.error.code),
  ].filter(Boolean);
  return (
    <div className="fg-why" data-status={work.status}>
      <StatusShape status={work.status} />
      <div className="fg-why-text fg-lines">
        <p className="fg-why-reason">
          <strong className="fg-toned">{reason}</strong>
          {said === undefined || said === '' ? null : (
            <span className="fg-why-said"> {plainText(said.slice(0, 2_000))}</span>
          )}
        </p>
        <p className="fg-why-more fg-quiet">
          {facts.join(' · ')} {pickReason(shared.unblock, work)}
        </p>
      </div>
      {children}
    </div>
  );
}

/** Cost, tokens, time and calls of a task with all that is below it. */
function Figures({
  runId,
  taskId,
}: {
  readonly runId: string;
  readonly taskId: string;
}): ReactElement | null {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(detailsLabels);
  const summary = useTaskSummary(runId, taskNodeKey(taskId));
  if (!summary) return null;
  const { cost, usage, modelCalls, toolCalls, toolErrors } = summary.totals;
  const money = describeCost(cost, texts);
  const tokens = describeTokens(summary.totals, texts);
  const whose = summary.tasks > 0 ? words.below(format.count(summary.tasks)) : words.alone;
  const cached = usage.cacheReadTokens > 0 ? format.compact(usage.cacheReadTokens) : '';
  return (
    <dl className="fg-facts" data-figures="">
      <Figure
        name={words.cost}
        value={money.text}
        hint={money.hint}
        note={money.note === '' ? whose : money.note}
      />
      <Figure
        name={words.tokens}
        value={tokens.text}
        hint={tokens.hint}
        note={
          tokens.count !== undefined
            ? words.tokensNote(format.compact(usage.inputTokens), cached, format.compact(usage.outputTokens))
            : tokens.hint
        }
      />
      <Figure
        name={words.elapsed}
        value={<TaskTime runId={runId} from={summary.startedAt} to={summary.endedAt} goesOn />}
        note={whose}
      />
      <Figure
        name={words.calls}
        value={format.count(modelCalls + toolCalls)}
        note={words.callsNote(
          format.count(modelCalls),
          format.count(toolCalls),
          toolErrors > 0 ? format.count(toolErrors) : '',
        )}
      />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly note: string;
  readonly hint?: string;
}

function Figure({ name, value, note, hint }: FigureProps): ReactElement {
  return (
    <div className="fg-fact">
      <dt>{name}</dt>
      <dd title={hint}>{value}</dd>
      <dd className="fg-quiet">{note}</dd>
    </div>
  );
}
