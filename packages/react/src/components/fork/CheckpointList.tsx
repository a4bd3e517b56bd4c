'use client';

import { sumCosts } from '@fleetglass/core/client';
import type { CheckpointView, CostTotals } from '@fleetglass/core/client';
import { forwardRef, useCallback, useId, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, KeyboardEvent, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useCheckpoints } from '../../hooks/useCheckpoints.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import { describeCost } from '../cost/describe-cost.js';
import { StatusShape } from '../status/StatusShape.js';
import { useCheckpointName } from './useCheckpointName.js';
import { forkLabels } from './fork-labels.js';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';

export interface CheckpointListProps extends Omit<ComponentPropsWithoutRef<'div'>, 'onSelect'> {
  readonly runId: string;
  /** What the whole run cost so far: what running again costs follows from it. */
  readonly total?: CostTotals | undefined;
  /** Forks of the run by checkpoint. */
  readonly forks?: ReadonlyMap<string, number> | undefined;
  /** @default none */
  readonly selectedId?: string | undefined;
  readonly onSelect?: ((checkpoint: CheckpointView) => void) | undefined;
}

/** Height of a row in pixels; the styles hold the same. */
const ROW_HEIGHT = 48;
/** Rows that the page keys move by. */
const PAGE = 5;

/**
 * What a run can be forked from, the newest first: whose task ended, when, and what was spent by then. A list box; arrow
 * keys, page keys, Home and End choose. Renders again when a task completes.
 */
export const CheckpointList = forwardRef<HTMLDivElement, CheckpointListProps>(function CheckpointList(
  { runId, total, forks, selectedId, onSelect, className, ...rest },
  ref,
) {
  const checkpoints = useCheckpoints(runId);
  const newestFirst = useMemo(() => [...checkpoints].reverse(), [checkpoints]);
  const { labels } = useTexts();
  const listId = useId();
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  const element = useRef<HTMLDivElement | null>(null);
  useImperativeHandle(ref, () => element.current as HTMLDivElement, []);
  const attach = useCallback((node: HTMLDivElement | null) => {
    element.current = node;
    setViewport(node);
  }, []);
  const offsets = useMemo(() => offsetsOf(newestFirst, () => ROW_HEIGHT), [newestFirst]);
  const { from, to } = useVirtualRows(viewport, offsets);
  const selected = newestFirst.findIndex(({ id }) => id === selectedId);

  // What is chosen is in sight, also when it is chosen from outside.
  useBrowserLayoutEffect(() => {
    if (viewport && selected >= 0) bringIntoSight(viewport, selected * ROW_HEIGHT);
  }, [viewport, selected]);

  const press = (event: KeyboardEvent): void => {
    const last = newestFirst.length - 1;
    const moves: { readonly [key: string]: number } = {
      ArrowUp: selected - 1,
      ArrowDown: selected + 1,
      PageUp: selected - PAGE,
      PageDown: selected + PAGE,
      Home: 0,
      End: last,
    };
    const move = moves[event.key];
    if (move === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = newestFirst[Math.min(last, Math.max(0, move))];
    if (next) onSelect?.(next);
  };
  const rowId = (index: number): string => `${listId}-${index}`;
  return (
    <div
      ref={attach}
      className={cx('fg-checkpoints fg-scroll', className)}
      role="listbox"
      tabIndex={0}
      aria-label={labels(forkLabels).checkpoints}
      aria-activedescendant={selected >= from && selected < to ? rowId(selected) : undefined}
      onKeyDown={press}
      {...rest}
    >
      <div role="presentation" style={{ blockSize: offsets.at(-1), paddingBlockStart: offsets[from] }}>
        {newestFirst.slice(from, to).map((checkpoint, index) => (
          <Row
            key={checkpoint.id}
            id={rowId(from + index)}
            checkpoint={checkpoint}
            total={total}
            forks={forks?.get(checkpoint.id) ?? 0}
            selected={from + index === selected}
            position={from + index + 1}
            of={newestFirst.length}
            onSelect={onSelect}
          />
        ))}
      </div>
    </div>
  );
});

function bringIntoSight(element: HTMLElement, top: number): void {
  const { scrollTop, clientHeight } = element;
  if (top < scrollTop) element.scrollTop = top;
  else if (top + ROW_HEIGHT > scrollTop + clientHeight) element.scrollTop = top + ROW_HEIGHT - clientHeight;
}

interface RowProps {
  readonly id: string;
  readonly checkpoint: CheckpointView;
  readonly total: CostTotals | undefined;
  readonly forks: number;
  readonly selected: boolean;
  readonly position: number;
  readonly of: number;
  readonly onSelect: ((checkpoint: CheckpointView) => void) | undefined;
}

function Row({ id, checkpoint, total, forks, selected, position, of, onSelect }: RowProps): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(forkLabels);
  const { task, completed, spent } = checkpoint;
  const name = useCheckpointName(checkpoint);
  const agent = plainText(task?.agentId);
  const time = task?.endedAt;
  return (
    <div
      id={id}
      className="fg-checkpoint fg-item"
      role="option"
      aria-selected={selected}
      aria-posinset={position}
      aria-setsize={of}
      onClick={() => onSelect?.(checkpoint)}
    >
      <StatusShape status={task ? 'completed' : 'queued'} />
      <span className="fg-checkpoint-name fg-cut" title={name}>
        {name}
      </span>
      <span className="fg-checkpoint-cost fg-end">{describeCost(spent, texts).text}</span>
      <span className="fg-checkpoint-note fg-quiet">
        {agent === undefined || agent === name ? null : <span>{agent}</span>}
        {task?.reason === 'reused' ? <span>{words.reused}</span> : null}
        {time === undefined ? null : <time dateTime={format.machineTime(time)}>{format.time(time)}</time>}
        {forks > 0 ? <span className="fg-checkpoint-forks">{words.forks(format.count(forks))}</span> : null}
        <span className="fg-cut">{task ? words.completed(format.count(completed)) : words.startNote}</span>
      </span>
      <span className="fg-checkpoint-done fg-quiet fg-end">
        {total ? words.againShort(describeCost(sumCosts(total, spent, -1), texts).text) : null}
      </span>
    </div>
  );
}
