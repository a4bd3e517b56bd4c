'use client';

import type { BoardColumn, BoardLane, MonitorSnapshot, TaskKey } from '@fleetglass/core/client';
import { memo, useCallback, useState } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { plainText } from '../../lib/plain-text.js';
import { StatusShape } from '../status/StatusShape.js';
import { statusLabels } from '../status/status-labels.js';
import { AgentName } from './AgentName.js';
import { boardLabels } from './board-labels.js';
import { TaskCard } from './TaskCard.js';
import { tasksLabels } from './tasks-labels.js';

export interface TaskColumnProps {
  readonly column: BoardColumn;
  readonly isByStatus: boolean;
  readonly hasLanes: boolean;
  /** The card that had the focus last; the Tab key leads there, or to the column's first card. */
  readonly focused: TaskKey | undefined;
  readonly onOpen: (runId: string, taskId: string) => void;
  /** The column alone is shown and named by its tab. @default false */
  readonly isAlone?: boolean;
}

/** Cards of a column until more are asked for. */
const PAGE = 20;

/** Name of a column: a status in the provider's words, otherwise the board's own. */
export function useColumnName(): (name: string) => string {
  const { labels } = useTexts();
  const work: { readonly [status: string]: string | undefined } = labels(statusLabels).work;
  return (name) => (Object.hasOwn(work, name) ? (work[name] ?? name) : plainText(name));
}

/**
 * A column of a board, the newest card first, twenty at a time. Renders again when its tasks change their places; a
 * card when its own task changes.
 */
export const TaskColumn = memo(function TaskColumn({
  column,
  isByStatus,
  hasLanes,
  focused,
  onOpen,
  isAlone = false,
}: TaskColumnProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(boardLabels);
  const [shown, setShown] = useState(PAGE);
  const title = useColumnName()(column.name);
  const lanes: readonly BoardLane[] = hasLanes ? column.lanes : [{ tasks: column.tasks }];
  const count = column.tasks.length;
  const groups = firstOf(lanes, shown);
  const keys = groups.flatMap(({ cards }) => cards);
  const active = focused !== undefined && keys.includes(focused) ? focused : keys[0];
  const hidden = Math.max(0, count - shown);
  return (
    <section
      className="fg-board-column"
      aria-label={words.column(title, format.count(count))}
      data-column={column.name}
    >
      {isAlone ? null : (
        <h4 className="fg-board-head">
          {isByStatus ? (
            <span data-status={column.name} className="fg-status">
              <StatusShape status={column.name as never} />
            </span>
          ) : null}
          <span className="fg-board-title">{title}</span>
          <span className="fg-card-note">{format.count(count)}</span>
        </h4>
      )}
      <div className="fg-board-cards fg-scroll">
        {count === 0 ? <p className="fg-board-nothing fg-quiet">{words.nothing}</p> : null}
        {groups.map((group) =>
          group.cards.length === 0 ? null : (
            <div key={group.agentId ?? ''}>
              {hasLanes ? (
                <p className="fg-board-lane fg-quiet">
                  {group.agentId === undefined ? (
                    labels(tasksLabels).nobody
                  ) : (
                    <LaneName taskKey={group.cards[0] as TaskKey} agentId={group.agentId} />
                  )}{' '}
                  <span className="fg-card-note">{format.count(group.count)}</span>
                </p>
              ) : null}
              <ul className="fg-board-list">
                {group.cards.map((key) => (
                  <Card
                    key={key}
                    taskKey={key}
                    hidesStatus={isByStatus}
                    hidesAgent={hasLanes}
                    isActive={key === active}
                    onOpen={onOpen}
                  />
                ))}
              </ul>
            </div>
          ),
        )}
        {hidden > 0 ? (
          <button type="button" className="fg-button fg-board-more" onClick={() => setShown(shown + PAGE)}>
            {words.more(format.count(Math.min(PAGE, hidden)))}
          </button>
        ) : null}
      </div>
    </section>
  );
});

interface Group {
  readonly agentId: string | undefined;
  readonly count: number;
  readonly cards: readonly TaskKey[];
}

/** The newest cards of each lane, so many of all lanes together. */
function firstOf(lanes: readonly BoardLane[], shown: number): readonly Group[] {
  let left = shown;
  return lanes.map(({ agentId, tasks }) => {
    const cards = tasks.slice(-left || tasks.length).reverse();
    left -= cards.length;
    return { agentId, count: tasks.length, cards };
  });
}

/** A task's run and id never change, so that this renders once. */
function useHome(key: TaskKey): { readonly runId: string; readonly taskId: string } | undefined {
  const home = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => {
        const task = state.tasks.get(key);
        return task && JSON.stringify([task.runId ?? '', task.id]);
      },
      [key],
    ),
  );
  if (home === undefined) return undefined;
  const [runId, taskId] = JSON.parse(home) as [string, string];
  return { runId, taskId };
}

interface CardProps {
  readonly taskKey: TaskKey;
  readonly hidesStatus: boolean;
  readonly hidesAgent: boolean;
  readonly isActive: boolean;
  readonly onOpen: (runId: string, taskId: string) => void;
}

function Card({ taskKey, ...rest }: CardProps): ReactElement | null {
  const home = useHome(taskKey);
  return home ? <TaskCard {...home} taskKey={taskKey} {...rest} /> : null;
}

function LaneName({
  taskKey,
  agentId,
}: {
  readonly taskKey: TaskKey;
  readonly agentId: string;
}): ReactElement | null {
  const home = useHome(taskKey);
  return home ? <AgentName runId={home.runId} agentId={agentId} /> : null;
}
