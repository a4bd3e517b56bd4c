'use client';

import type { TaskRow, TaskState } from '@fleetglass/core/client';
import { memo } from 'react';
import type { CSSProperties, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useTask } from '../../hooks/useEntities.js';
import { useTaskPart, useTaskSummary } from '../../hooks/useTasks.js';
import { StatusBadge } from '../status/StatusBadge.js';
import { AgentName } from './AgentName.js';
import { AgentsCount } from './AgentsCount.js';
import { nameOf, selectWork, statusOf, whyOf } from './task-facts.js';
import { TaskCost } from './TaskCost.js';
import { TaskProgress } from './TaskProgress.js';
import { TaskTime } from './TaskTime.js';
import { tasksLabels } from './tasks-labels.js';
import { treeLabels } from './tree-labels.js';

export interface TaskTreeRowProps {
  readonly runId: string;
  readonly id: string;
  readonly row: TaskRow;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onToggle: (row: TaskRow) => void;
  readonly onChoose: (row: TaskRow) => void;
}

/** Deeper ones stand below each other: a line has to have room for its name. */
const DEEPEST_INDENT = 12;

/** A line of the tree; its place renders with the tree, what it says only with its own task. */
export const TaskTreeRow = memo(function TaskTreeRow({
  runId,
  id,
  row,
  isActive,
  isSelected,
  onToggle,
  onChoose,
}: TaskTreeRowProps): ReactElement {
  const { node, position, siblings, isOpen, fits } = row;
  const isGroup = node.children > 0;
  return (
    <div
      role="treeitem"
      id={id}
      className="fg-task-row fg-item"
      aria-level={node.depth + 1}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-expanded={isGroup ? isOpen : undefined}
      aria-selected={isSelected}
      data-active={isActive || undefined}
      data-beside={!fits || undefined}
      style={{ '--fg-depth': Math.min(node.depth, DEEPEST_INDENT) } as CSSProperties}
      onClick={() => onChoose(row)}
    >
      <span
        className="fg-task-toggle"
        aria-hidden="true"
        onClick={(event) => {
          if (!isGroup) return;
          event.stopPropagation();
          onToggle(row);
        }}
      >
        {isGroup ? (
          <svg className="fg-arrow" data-open={isOpen || undefined} viewBox="0 0 12 12" focusable="false">
            <path d="m4.500 2.500 3.500 3.500-3.500 3.500" />
          </svg>
        ) : null}
      </span>
      {node.branches === undefined ? (
        <TaskCells runId={runId} taskId={node.id} nodeKey={node.key} isClosedGroup={isGroup && !isOpen} />
      ) : (
        <FanOutCells
          runId={runId}
          taskId={node.id}
          nodeKey={node.key}
          branches={node.branches}
          awaited={node.branches - node.children}
        />
      )}
    </div>
  );
});

interface TaskCellsProps {
  readonly runId: string;
  readonly taskId: string;
  readonly nodeKey: string;
  readonly isClosedGroup: boolean;
}

const TaskCells = memo(function TaskCells({
  runId,
  taskId,
  nodeKey,
  isClosedGroup,
}: TaskCellsProps): ReactElement | null {
  const work = useTaskPart(runId, taskId, selectWork);
  const task = useTask(runId, taskId);
  const summary = useTaskSummary(runId, nodeKey);
  const { labels, format } = useTexts();
  if (!work || !task || !summary) return null;
  const words = labels(tasksLabels);
  const name = nameOf(work, words);
  const why = whyOf(work, words);
  return (
    <>
      <span className="fg-task-name" title={name}>
        {name}
      </span>
      <span className="fg-task-notes fg-quiet">
        {work.complexity === undefined ? null : (
          <span className="fg-task-mark">{words.complexity[work.complexity]}</span>
        )}
        {work.attempt > 1 ? (
          <span className="fg-task-mark">{words.attempt(format.count(work.attempt))}</span>
        ) : null}
        {why === undefined ? null : (
          <span className="fg-task-why fg-toned" data-status={work.status} title={why}>
            {why}
          </span>
        )}
      </span>
      <span className="fg-task-status">
        <StatusBadge status={work.status} />
      </span>
      <span className="fg-task-progress">
        <TaskProgress progress={task.progress} summary={summary} />
      </span>
      <span className="fg-task-agent fg-soft">
        {isClosedGroup ? (
          <AgentsCount runId={runId} nodeKey={nodeKey} />
        ) : work.agentId === undefined ? null : (
          <AgentName runId={runId} agentId={work.agentId} />
        )}
      </span>
      <span className="fg-task-time">
        <Times runId={runId} task={task} summary={isClosedGroup ? summary : undefined} />
      </span>
      <span className="fg-task-cost">
        <TaskCost summary={summary} own={task.totals.cost} />
      </span>
    </>
  );
});

const ENDED = /^(?:completed|failed|cancelled|skipped|stopped)$/;

interface TimesProps {
  readonly runId: string;
  readonly task: TaskState;
  /** Of a closed group, whose tasks may go on longer than the one above them. */
  readonly summary: { readonly startedAt?: number; readonly endedAt?: number } | undefined;
}

function Times({ runId, task, summary }: TimesProps): ReactElement {
  const { startedAt, endedAt } = summary?.startedAt === undefined ? task : summary;
  return (
    <TaskTime
      runId={runId}
      from={startedAt}
      to={endedAt}
      goesOn={summary !== undefined || !ENDED.test(task.status)}
    />
  );
}

const selectNode = ({ node, name }: TaskState) => ({ node, name });

interface FanOutCellsProps {
  readonly runId: string;
  readonly taskId: string;
  readonly nodeKey: string;
  readonly branches: number;
  readonly awaited: number;
}

const FanOutCells = memo(function FanOutCells({
  runId,
  taskId,
  nodeKey,
  branches,
  awaited,
}: FanOutCellsProps): ReactElement | null {
  const first = useTaskPart(runId, taskId, selectNode);
  const summary = useTaskSummary(runId, nodeKey);
  const { labels, format } = useTexts();
  if (!first || !summary) return null;
  const words = labels(treeLabels);
  const name = words.branches(
    nameOf({ name: first.node ?? first.name }, labels(tasksLabels)),
    format.count(branches),
  );
  const { startedAt, endedAt } = summary;
  return (
    <>
      <span className="fg-task-name" data-group="" title={name}>
        {name}
      </span>
      <span className="fg-task-notes fg-quiet" />
      <span className="fg-task-status">
        <StatusBadge status={statusOf(summary)} />
      </span>
      <span className="fg-task-progress">
        <TaskProgress summary={summary} awaited={awaited} />
      </span>
      <span className="fg-task-agent fg-soft">
        <AgentsCount runId={runId} nodeKey={nodeKey} />
      </span>
      <span className="fg-task-time">
        <TaskTime runId={runId} from={startedAt} to={endedAt} goesOn />
      </span>
      <span className="fg-task-cost">
        <TaskCost summary={summary} />
      </span>
    </>
  );
});
