'use client';

import { hasBoard } from '@fleetglass/core/client';
import type { Board, MonitorSnapshot, TaskKey } from '@fleetglass/core/client';
import { forwardRef, useCallback, useImperativeHandle, useRef, useState } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { useBoard } from '../../hooks/useTasks.js';
import { cx } from '../../lib/cx.js';
import { useWidth } from '../../lib/useWidth.js';
import { LiveRegion } from '../live-region/LiveRegion.js';
import { Card } from '../parts/Card.js';
import type { CardProps } from '../parts/Card.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { Tabs } from '../parts/Tabs.js';
import { boardLabels } from './board-labels.js';
import { TaskColumn, useColumnName } from './TaskColumn.js';
import { TaskDialog } from './TaskDialog.js';
import type { TaskDetailsCallbacks } from './TaskDetailsContent.js';
import { tasksLabels } from './tasks-labels.js';

export interface TaskBoardProps extends Omit<CardProps, 'heading'>, TaskDetailsCallbacks {
  /** @default the tasks of all runs */
  readonly runId?: string | undefined;
  /** @default the component's own word */
  readonly heading?: CardProps['heading'];
  /**
   * What the columns are: those that tasks are moved to, or their statuses.
   * @default the board's own where a run has one, otherwise statuses
   */
  readonly by?: 'column' | 'status' | undefined;
  /** Puts the cards of each column below their agents at first. @default false */
  readonly defaultLanes?: boolean;
  /** Asked to show a task. @default a dialog of its own */
  readonly onOpenTask?: ((taskId: string, runId: string) => void) | undefined;
}

/** From this width on, in pixels, columns stand beside each other. */
const WIDE_FROM = 640;

/**
 * Tasks as cards in columns, the newest first. One column at a time where there is no room for several. Arrow keys lead
 * from card to card and from column to column, Enter opens one. Renders again when a task changes its place; a card when
 * its task does.
 */
export const TaskBoard = forwardRef<HTMLElement, TaskBoardProps>(function TaskBoard(
  {
    runId,
    heading,
    by,
    defaultLanes = false,
    onOpenTask,
    onSelectTask,
    onShowFiles,
    onShowLogs,
    onShowApproval,
    onRunAgain,
    onForked,
    className,
    note,
    tools,
    ...rest
  },
  ref,
) {
  const { labels, format } = useTexts();
  const words = labels(boardLabels);
  const { ready } = useConnection();
  const own = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => runId !== undefined && hasBoard(state, runId), [runId]),
  );
  const isByStatus = (by ?? (own ? 'column' : 'status')) === 'status';
  const board = useBoard(runId, isByStatus ? 'status' : 'column');
  const [lanes, setLanes] = useState(defaultLanes);
  const [card, setCard] = useState<HTMLElement | null>(null);
  const root = useRef<HTMLElement | null>(null);
  useImperativeHandle(ref, () => root.current as HTMLElement);
  const attach = useCallback((element: HTMLElement | null) => {
    root.current = element;
    setCard(element);
  }, []);
  const isWide = useWidth(card, WIDE_FROM) >= WIDE_FROM;
  const [opened, setOpened] = useState<{ readonly runId: string; readonly taskId: string }>();
  const open = useCallback(
    (of: string, taskId: string) => (onOpenTask ? onOpenTask(taskId, of) : setOpened({ runId: of, taskId })),
    [onOpenTask],
  );
  const [focused, setFocused] = useState<TaskKey>();
  const columnProps = {
    isByStatus,
    hasLanes: lanes,
    focused,
    onOpen: open,
  };
  return (
    <Card
      ref={attach}
      className={cx('fg-board', className)}
      heading={heading ?? words.title}
      note={note ?? labels(tasksLabels).count(format.count(board.count))}
      loading={!ready}
      tools={
        <>
          <label className="fg-field">
            <input type="checkbox" checked={lanes} onChange={(event) => setLanes(event.target.checked)} />
            {words.lanes}
          </label>
          {tools}
        </>
      }
      {...rest}
    >
      {board.count === 0 ? (
        <EmptyNote heading={words.empty} hint={words.emptyHint} />
      ) : (
        <div
          className="fg-board-body"
          onKeyDown={(event) => moveAmongCards(event)}
          onFocus={(event) => setFocused((event.target.dataset['card'] as TaskKey | undefined) ?? focused)}
        >
          <p className="fg-hidden">{words.keys}</p>
          {isWide ? (
            <div className="fg-board-columns">
              {board.columns.map((column) => (
                <TaskColumn key={column.name} column={column} {...columnProps} />
              ))}
            </div>
          ) : (
            <NarrowBoard board={board} {...columnProps} />
          )}
        </div>
      )}
      <BoardNews board={board} />
      {opened ? (
        <TaskDialog
          {...opened}
          onClose={() => setOpened(undefined)}
          onSelectTask={onSelectTask ?? ((taskId) => setOpened({ ...opened, taskId }))}
          onShowFiles={onShowFiles}
          onShowLogs={onShowLogs}
          onShowApproval={onShowApproval}
          onRunAgain={onRunAgain}
          onForked={onForked}
        />
      ) : null}
    </Card>
  );
});

interface NarrowBoardProps extends Omit<Parameters<typeof TaskColumn>[0], 'column' | 'isAlone'> {
  readonly board: Board;
}

/** One column at a time, chosen by tabs. */
function NarrowBoard({ board, ...rest }: NarrowBoardProps): ReactElement | null {
  const { labels, format } = useTexts();
  const nameOf = useColumnName();
  const [chosen, setChosen] = useState<string>();
  const first = board.columns.find(({ tasks }) => tasks.length > 0) ?? board.columns[0];
  const column = board.columns.find(({ name }) => name === chosen) ?? first;
  if (!column) return null;
  return (
    <Tabs
      label={labels(boardLabels).columns}
      value={column.name}
      onChange={setChosen}
      tabs={board.columns.map(({ name, tasks }) => ({
        value: name,
        label: nameOf(name),
        count: format.count(tasks.length),
      }))}
    >
      <TaskColumn key={column.name} column={column} {...rest} isAlone />
    </Tabs>
  );
}

/** Tells assistive technology how many tasks each column has, once tasks were moved. */
function BoardNews({ board }: { readonly board: Board }): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(boardLabels);
  const nameOf = useColumnName();
  const replaying = useIsReplaying();
  const [seen, setSeen] = useState({ board, moves: 1 });
  if (seen.board !== board) setSeen({ board, moves: seen.moves + 1 });
  const summarise = (): string =>
    words.announce(
      board.columns.flatMap(({ name, tasks }) =>
        tasks.length === 0 ? [] : [words.column(nameOf(name), format.count(tasks.length))],
      ),
    );
  return <LiveRegion position={seen.moves} summarise={summarise} muted={replaying} />;
}

const STEPS: { readonly [key: string]: readonly [columns: number, cards: number] } = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

/** Moves the focus by what is on the screen, so that it never leads to a card that is not there. */
function moveAmongCards(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  const from = (event.target as HTMLElement).closest<HTMLElement>('[data-card]');
  if (!step || !from || event.altKey || event.ctrlKey || event.metaKey) return;
  const cardsOf = (column: Element): HTMLElement[] => [
    ...column.querySelectorAll<HTMLElement>('[data-card]'),
  ];
  const columns = [...event.currentTarget.querySelectorAll('[data-column]')].map(cardsOf);
  const at = columns.findIndex((cards) => cards.includes(from));
  const place = columns[at]?.indexOf(from) ?? 0;
  const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
  const [across, along] = [isRtl ? -step[0] : step[0], step[1]];
  // Empty columns are passed over.
  let to = at + across;
  while (across !== 0 && columns[to]?.length === 0) to += across;
  const cards = columns[to];
  if (!cards) return;
  const next = cards[Math.min(cards.length - 1, Math.max(0, place + along))];
  event.preventDefault();
  next?.focus();
}
