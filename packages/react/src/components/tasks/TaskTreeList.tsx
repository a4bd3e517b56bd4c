'use client';

import { taskKey } from '@fleetglass/core/client';
import type { TaskNode, TaskRow } from '@fleetglass/core/client';
import { useCallback, useMemo, useState } from 'react';
import type { CSSProperties, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import { useWidth } from '../../lib/useWidth.js';
import { TaskTreeRow } from './TaskTreeRow.js';
import { treeLabels } from './tree-labels.js';
import { useTreeKeys } from './useTreeKeys.js';

export interface TaskTreeListProps {
  /** Lines have ids that begin with it. */
  readonly id: string;
  readonly runId: string;
  readonly rows: readonly TaskRow[];
  readonly label: string;
  readonly selectedTaskId: string | undefined;
  readonly onToggle: (row: TaskRow) => void;
  readonly onSetOpen: (node: TaskNode, open: boolean) => void;
  readonly onSelectTask: ((taskId: string) => void) | undefined;
}

/** Lines above this number are drawn only where they can be seen. */
const VIRTUAL_ABOVE = 100;
/** Heights of a line in pixels, beside and below each other; the same for all, so that nothing moves by itself. */
const ROW_HEIGHT = 34;
const STACKED_HEIGHT = 64;
/** From this width on, in pixels, the cells of a line stand beside each other. */
const WIDE_FROM = 720;

/** The lines of a tree and its keys. Renders again when the lines change, with the active line, and while it is scrolled. */
export function TaskTreeList({
  id,
  runId,
  rows,
  label,
  selectedTaskId,
  onToggle,
  onSetOpen,
  onSelectTask,
}: TaskTreeListProps): ReactElement {
  const { monitor } = useMonitorSource();
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  const stacked = useWidth(viewport, WIDE_FROM) < WIDE_FROM;
  const height = stacked ? STACKED_HEIGHT : ROW_HEIGHT;
  const offsets = useMemo(() => offsetsOf(rows, () => height), [rows, height]);
  const seen = useVirtualRows(viewport, offsets);
  const { from, to } = rows.length > VIRTUAL_ABOVE ? seen : { from: 0, to: rows.length };
  const [activeKey, setActiveKey] = useState<string>();
  const places = useMemo(() => new Map(rows.map(({ node }, place) => [node.key, place])), [rows]);
  const active = places.get(activeKey ?? '') ?? -1;

  const moveTo = (place: number): void => {
    const row = rows[place];
    if (!row) return;
    setActiveKey(row.node.key);
    if (viewport) bringIntoSight(viewport, place * height, height);
  };
  const choose = useCallback(
    (row: TaskRow): void => {
      setActiveKey(row.node.key);
      if (onSelectTask && row.node.branches === undefined) onSelectTask(row.node.id);
      else if (row.node.children > 0) onToggle(row);
    },
    [onSelectTask, onToggle],
  );
  const press = useTreeKeys({
    rows,
    active,
    onMove: moveTo,
    onToggle,
    onChoose: choose,
    onOpenBeside: ({ node: { parentKey } }) => {
      for (const { node } of rows)
        if (node.parentKey === parentKey && node.children > 0) onSetOpen(node, true);
    },
    nameAt(place) {
      const task = monitor.getSnapshot().state.tasks.get(taskKey(runId, rows[place]?.node.id ?? ''));
      return (rows[place]?.node.branches === undefined ? task?.name : task?.node) ?? '';
    },
  });
  const lineId = (place: number): string => `${id}-${place}`;
  const isDrawn = active >= from && active < to;

  return (
    <div
      className="fg-task-list"
      data-stacked={stacked || undefined}
      style={{ '--fg-row-height': `${height}px` } as CSSProperties}
    >
      <TaskTreeHead />
      <div
        ref={setViewport}
        role="tree"
        className="fg-task-view fg-scroll"
        tabIndex={0}
        aria-label={label}
        aria-activedescendant={isDrawn ? lineId(active) : undefined}
        onKeyDown={press}
        onFocus={() => {
          if (active < 0)
            setActiveKey(
              rows[
                Math.max(
                  0,
                  rows.findIndex(({ node }) => node.id === selectedTaskId),
                )
              ]?.node.key,
            );
        }}
      >
        <div role="presentation" style={{ blockSize: offsets.at(-1), paddingBlockStart: offsets[from] }}>
          {rows.slice(from, to).map((row, index) => (
            <TaskTreeRow
              key={row.node.key}
              runId={runId}
              id={lineId(from + index)}
              row={row}
              isActive={from + index === active}
              isSelected={row.node.branches === undefined && row.node.id === selectedTaskId}
              onToggle={onToggle}
              onChoose={choose}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function bringIntoSight(element: HTMLElement, top: number, height: number): void {
  const { scrollTop, clientHeight } = element;
  if (top < scrollTop) element.scrollTop = top;
  else if (top + height > scrollTop + clientHeight) element.scrollTop = top + height - clientHeight;
}

/** Heads of the columns; assistive technology reads each line as a sentence. */
function TaskTreeHead(): ReactElement {
  const { labels } = useTexts();
  const words = labels(treeLabels);
  return (
    <div className="fg-task-row fg-task-head fg-quiet" aria-hidden="true">
      <span className="fg-task-toggle" />
      <span className="fg-task-name">{words.task}</span>
      <span className="fg-task-status">{words.status}</span>
      <span className="fg-task-progress">{words.progress}</span>
      <span className="fg-task-agent fg-soft">{words.agent}</span>
      <span className="fg-task-time">{words.elapsed}</span>
      <span className="fg-task-cost">{words.cost}</span>
    </div>
  );
}
