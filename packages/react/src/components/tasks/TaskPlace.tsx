'use client';

import { selectTaskTree, taskNodeKey } from '@fleetglass/core/client';
import type { MonitorSnapshot, TaskState } from '@fleetglass/core/client';
import { useCallback, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { isShallowEqual } from '../../hooks/selection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useTaskPart } from '../../hooks/useTasks.js';
import { plainText } from '../../lib/plain-text.js';
import { StatusShape } from '../status/StatusShape.js';
import { statusLabels } from '../status/status-labels.js';
import { detailsLabels } from './details-labels.js';
import { nameOf } from './task-facts.js';
import { tasksLabels } from './tasks-labels.js';

export interface TaskPlaceProps {
  readonly runId: string;
  readonly taskId: string;
  readonly onSelectTask: ((taskId: string, runId: string) => void) | undefined;
}

/** Tasks below it that are named until more are asked for. */
const PAGE = 8;

const selectPlace = ({
  node,
  branch,
  type,
  complexity,
  priority,
  column,
  createdAt,
  parentTaskId,
}: TaskState) => ({
  node,
  branch,
  type,
  complexity,
  priority,
  column,
  createdAt,
  parentTaskId,
});

/** Where a task stands: what it is part of, what is below it, its node and branch, and how it was described. */
export function TaskPlace({ runId, taskId, onSelectTask }: TaskPlaceProps): ReactElement | null {
  const { cadence } = useMonitorSource();
  const place = useTaskPart(runId, taskId, selectPlace);
  const children = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => childrenOf(selectTaskTree(state, runId), taskId),
      [runId, taskId],
    ),
    { isEqual: isShallowEqual, periodMs: cadence.progress },
  );
  const { labels, format } = useTexts();
  const [shown, setShown] = useState(PAGE);
  if (!place) return null;
  const words = labels(detailsLabels);
  const shared = labels(tasksLabels);
  const { node, branch, type, complexity, priority, column, parentTaskId } = place;
  const link = (id: string): ReactElement => (
    <TaskLink key={id} runId={runId} taskId={id} onSelectTask={onSelectTask} />
  );
  return (
    <dl className="fg-task-place">
      {parentTaskId === undefined ? null : <Fact name={words.parent}>{link(parentTaskId)}</Fact>}
      {children.length === 0 ? null : (
        <Fact name={words.children}>
          {children.slice(0, shown).map(link)}
          {children.length > shown ? (
            <button type="button" className="fg-link" onClick={() => setShown(shown + 50)}>
              {words.moreChildren(format.count(children.length - shown))}
            </button>
          ) : null}
        </Fact>
      )}
      {node === undefined ? null : <Fact name={words.node}>{plainText(node)}</Fact>}
      {branch ? (
        <Fact name={words.branch}>
          {shared.branch(format.count(branch.index + 1), format.count(branch.of))}
        </Fact>
      ) : null}
      {type === undefined ? null : <Fact name={words.type}>{plainText(type)}</Fact>}
      {complexity === undefined ? null : <Fact name={words.complexity}>{shared.complexity[complexity]}</Fact>}
      {priority === undefined ? null : <Fact name={words.priority}>{shared.priority[priority]}</Fact>}
      {column === undefined ? null : <Fact name={words.column}>{plainText(column)}</Fact>}
      <Fact name={words.created}>{format.dateTime(place.createdAt)}</Fact>
    </dl>
  );
}

/** Ids of the tasks directly below one, the branches of its fan-outs among them. */
function childrenOf(nodes: ReturnType<typeof selectTaskTree>, taskId: string): readonly string[] {
  const key = taskNodeKey(taskId);
  const at = nodes.findIndex((node) => node.key === key);
  const self = nodes[at];
  if (!self) return [];
  const fanOuts = new Set<string | undefined>();
  const ids: string[] = [];
  for (const node of nodes.slice(at + 1, at + 1 + self.below)) {
    const isChild = node.parentKey === key || fanOuts.has(node.parentKey);
    if (isChild && node.branches !== undefined) fanOuts.add(node.key);
    else if (isChild) ids.push(node.id);
  }
  return ids;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const selectLink = ({ name, status }: TaskState) => ({ name, status });

function TaskLink({ runId, taskId, onSelectTask }: TaskPlaceProps): ReactElement {
  const task = useTaskPart(runId, taskId, selectLink);
  const { labels } = useTexts();
  const name = task ? nameOf(task, labels(tasksLabels)) : plainText(taskId);
  const status = task ? (
    <span className="fg-status" data-status={task.status}>
      <StatusShape status={task.status} />
      <span className="fg-hidden">{labels(statusLabels).work[task.status]}</span>
    </span>
  ) : null;
  return (
    <span className="fg-task-link">
      {status}
      {onSelectTask && task ? (
        <button type="button" className="fg-link" onClick={() => onSelectTask(taskId, runId)}>
          {name}
        </button>
      ) : (
        name
      )}
    </span>
  );
}
