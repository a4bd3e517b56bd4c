'use client';

import { taskNodeKey } from '@fleetglass/core/client';
import type { TaskAgent } from '@fleetglass/core/client';
import { forwardRef, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useTaskAgents, useTaskSummary } from '../../hooks/useTasks.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { CostText } from '../cost/CostText.js';
import { describeTokens } from '../cost/describe-tokens.js';
import { StatusShape } from '../status/StatusShape.js';
import { agentsSummaryLabels } from './agents-summary-labels.js';
import { TaskTime } from './TaskTime.js';
import { tasksLabels } from './tasks-labels.js';

export interface AgentsSummaryProps extends ComponentPropsWithoutRef<'div'> {
  readonly runId: string;
  readonly taskId: string;
  /** Files that they touched, where somebody counted. */
  readonly files?: number | undefined;
  /** @default `true` while one of them works, decided once */
  readonly defaultOpen?: boolean | undefined;
}

/**
 * The agents of a task and of all below it: how many, what they cost, their tokens and files, in one line; its button
 * opens a table of them whose lines add up to the whole. Renders again when their tasks change, at most at the cadence
 * for agents.
 */
export const AgentsSummary = forwardRef<HTMLDivElement, AgentsSummaryProps>(function AgentsSummary(
  { runId, taskId, files, defaultOpen, className, ...rest },
  ref,
) {
  const agents = useTaskAgents(runId, taskNodeKey(taskId));
  const summary = useTaskSummary(runId, taskNodeKey(taskId));
  const { labels, format } = useTexts();
  const words = labels(agentsSummaryLabels);
  const named = agents.filter(({ agentId }) => agentId !== undefined);
  const working = named.filter(({ isFinished }) => !isFinished).length;
  const [open, setOpen] = useState(defaultOpen ?? working > 0);
  if (!summary || named.length === 0) return null;
  const { cost, usage } = summary.totals;
  const count = (value: number): string => format.count(value);
  return (
    <div ref={ref} className={cx('fg-agents-summary', className)} {...rest}>
      <button
        type="button"
        className="fg-agents-toggle fg-soft"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <svg
          className="fg-arrow"
          data-open={open || undefined}
          viewBox="0 0 12 12"
          aria-hidden="true"
          focusable="false"
        >
          <path d="m4.5 2.5 3.5 3.5-3.5 3.5" />
        </svg>
        <span className="fg-strong">
          {working > 0 ? words.working(count(working)) : words.finished(count(named.length))}
        </span>
        {working > 0 && working < named.length ? (
          <span>{words.finished(count(named.length - working))}</span>
        ) : null}
        <CostText cost={cost} />
        <span>{words.tokens(format.compact(usage.inputTokens + usage.outputTokens))}</span>
        {files === undefined || files === 0 ? null : <span>{words.files(count(files))}</span>}
      </button>
      {open ? <AgentsTable runId={runId} agents={agents} /> : null}
    </div>
  );
});

function AgentsTable({
  runId,
  agents,
}: {
  readonly runId: string;
  readonly agents: readonly TaskAgent[];
}): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(agentsSummaryLabels);
  const shared = labels(tasksLabels);
  return (
    <div className="fg-scroll" tabIndex={0} role="group" aria-label={words.title}>
      <table className="fg-small-table">
        <thead>
          <tr>
            <th scope="col">{words.agent}</th>
            <th scope="col">{words.tasks}</th>
            <th scope="col" className="fg-end" title={words.timeHint}>
              {words.time}
            </th>
            <th scope="col" className="fg-end">
              {words.tokensHead}
            </th>
            <th scope="col" className="fg-end">
              {words.cost}
            </th>
          </tr>
        </thead>
        <tbody>
          {agents.map(
            ({ agentId, agent, tasks, completed, failed, isFinished, totals, startedAt, endedAt }) => (
              <tr key={agentId ?? ''}>
                <th scope="row">
                  <span className="fg-status" data-status={shapeOf(isFinished, failed)}>
                    <StatusShape status={shapeOf(isFinished, failed)} />
                  </span>{' '}
                  {agentId === undefined ? shared.nobody : plainText(agent?.name ?? agentId)}
                  {isFinished ? null : <span className="fg-hidden"> {words.open}</span>}
                </th>
                <td>
                  {shared.doneOf(format.count(completed), format.count(tasks))}
                  {failed > 0 ? <span className="fg-bad"> {shared.failed(format.count(failed))}</span> : null}
                </td>
                <td className="fg-end">
                  <TaskTime runId={runId} from={startedAt} to={endedAt} goesOn={!isFinished} />
                </td>
                <td className="fg-end">{describeTokens(totals, texts).text}</td>
                <td className="fg-end">
                  <CostText cost={totals.cost} />
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

const shapeOf = (isFinished: boolean, failed: number): 'running' | 'failed' | 'completed' => {
  if (!isFinished) return 'running';
  return failed > 0 ? 'failed' : 'completed';
};
