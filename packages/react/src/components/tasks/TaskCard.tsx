'use client';

import type { RunState, TaskKey } from '@fleetglass/core/client';
import { taskNodeKey } from '@fleetglass/core/client';
import { memo } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useRunPart, useTask } from '../../hooks/useEntities.js';
import { useRunNow } from '../../hooks/useNow.js';
import { useTaskPart, useTaskSummary } from '../../hooks/useTasks.js';
import { StatusBadge } from '../status/StatusBadge.js';
import { AgentName } from './AgentName.js';
import { boardLabels } from './board-labels.js';
import { nameOf, selectWork, whyOf } from './task-facts.js';
import { TaskCost } from './TaskCost.js';
import { TaskProgress } from './TaskProgress.js';
import { tasksLabels } from './tasks-labels.js';

export interface TaskCardProps {
  readonly runId: string;
  readonly taskId: string;
  readonly taskKey: TaskKey;
  /** The column says it already. */
  readonly hidesStatus: boolean;
  /** Its lane says it already. */
  readonly hidesAgent: boolean;
  readonly isActive: boolean;
  readonly onOpen: (runId: string, taskId: string) => void;
}

const WAITS = /^(?:queued|running|waiting|paused)$/;

/** A task on a board: one button that opens it. Renders again only when its own task changes. */
export const TaskCard = memo(function TaskCard({
  runId,
  taskId,
  taskKey,
  hidesStatus,
  hidesAgent,
  isActive,
  onOpen,
}: TaskCardProps): ReactElement | null {
  const work = useTaskPart(runId, taskId, selectWork);
  const task = useTask(runId, taskId);
  const summary = useTaskSummary(runId, taskNodeKey(taskId));
  const { labels, format } = useTexts();
  if (!work || !task || !summary) return null;
  const words = labels(tasksLabels);
  const why = whyOf(work, words);
  const { cost } = summary.totals;
  const { priority, complexity } = work;
  return (
    <li className="fg-board-item">
      <button
        type="button"
        className="fg-board-card"
        data-card={taskKey}
        data-priority={priority}
        tabIndex={isActive ? 0 : -1}
        onClick={() => onOpen(runId, taskId)}
      >
        <span className="fg-clamp fg-board-name">{nameOf(work, words)}</span>
        {why === undefined ? null : (
          <span className="fg-clamp fg-board-why fg-toned" data-status={work.status}>
            {why}
          </span>
        )}
        <span className="fg-notes fg-board-facts">
          {hidesStatus ? null : <StatusBadge status={work.status} />}
          <TaskProgress progress={task.progress} summary={summary} />
          {priority === undefined || priority === 'normal' ? null : (
            <span className="fg-priority" data-priority={priority}>
              {words.priority[priority]}
            </span>
          )}
          {complexity === undefined ? null : <span>{words.complexity[complexity]}</span>}
          {work.attempt > 1 ? <span>{words.attempt(format.count(work.attempt))}</span> : null}
        </span>
        <span className="fg-notes fg-board-facts">
          {work.agentId === undefined || hidesAgent ? null : (
            <AgentName runId={runId} agentId={work.agentId} />
          )}
          <span className="fg-board-end">
            <Age runId={runId} from={task.createdAt} goesOn={WAITS.test(work.status)} to={task.endedAt} />
            {cost.nanoUsd > 0 || cost.unknownCalls > 0 ? (
              <TaskCost summary={summary} own={task.totals.cost} />
            ) : null}
          </span>
        </span>
      </button>
    </li>
  );
});

const selectTimes = ({ status, endedAt, lastEventAt, source }: RunState) => ({
  status,
  endedAt,
  lastEventAt,
  source,
});

interface AgeProps {
  readonly runId: string;
  readonly from: number;
  readonly to: number | undefined;
  readonly goesOn: boolean;
}

/** Of an open task how long it has been there, of an ended one when it ended. */
function Age({ runId, from, to, goesOn }: AgeProps): ReactElement | null {
  const { format } = useTexts();
  if (goesOn) return <OpenAge runId={runId} from={from} />;
  return to === undefined ? null : (
    <time dateTime={format.machineTime(to)} title={format.dateTime(to)}>
      {format.shortTime(to)}
    </time>
  );
}

function OpenAge({ runId, from }: { readonly runId: string; readonly from: number }): ReactElement {
  const now = useRunNow(useRunPart(runId, selectTimes, 1000));
  const { labels, format } = useTexts();
  return (
    <span title={format.dateTime(from)}>{labels(boardLabels).age(format.roughDuration(now - from))}</span>
  );
}
