'use client';

import type { LaneSpan } from '@fleetglass/core/client';
import { memo, useMemo } from 'react';
import type { CSSProperties, KeyboardEvent, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { CostText } from '../cost/CostText.js';
import { createBarIndex } from './bar-index.js';
import { brief } from './brief.js';
import { drawBars } from './draw-bars.js';
import { LaneBars } from './LaneBars.js';
import { sumLanes } from './lane-rows.js';
import type { BlockRow, BlockSum } from './lane-rows.js';
import type { Paint } from './paint.js';
import type { TimeScale } from './time-scale.js';
import { timelineLabels } from './timeline-labels.js';
import { useTimelineNow } from './timeline-now.js';

export interface TimelineBlockProps {
  readonly row: BlockRow;
  readonly scale: TimeScale;
  readonly paint: Paint;
  readonly tabbable: boolean;
  readonly onToggle: (agentId: string) => void;
  readonly onStep: (key: string) => boolean;
  readonly onFocus: (agentId: string) => void;
}

/** The work of all of them shares one row. */
const BAR_ROW = 26;

/** The line above the sub-agents of an agent: who they are and what they took; their work too, while they are collapsed. */
export const TimelineBlock = memo(function TimelineBlock(props: TimelineBlockProps): ReactElement {
  const { row, scale, paint, tabbable, onToggle, onStep, onFocus } = props;
  const { labels, format } = useTexts();
  const words = labels(timelineLabels);
  const { id } = row.parent.agent;
  const sum = useMemo(() => sumLanes(row.lanes), [row.lanes]);
  const [only, ...others] = row.lanes;
  // The lane below says the name too, while there is one.
  const name =
    row.collapsed && only && others.length === 0
      ? brief(only.agent.name)
      : words.subAgents(format.count(row.lanes.length));
  const layout = useMemo(
    () => ({ rowCount: 1, rowHeight: BAR_ROW, height: row.plotHeight }),
    [row.plotHeight],
  );
  const index = useMemo(() => {
    if (!row.collapsed) return undefined;
    const spans: LaneSpan[] = row.lanes.flatMap((lane) => lane.spans);
    spans.sort((a, b) => a.span.startedAt - b.span.startedAt);
    return createBarIndex(spans, 1, paint);
  }, [row.collapsed, row.lanes, paint]);
  const bars = useMemo(() => index && drawBars(index, layout, scale), [index, layout, scale]);
  const line = `block ${id}`;
  const press = (event: KeyboardEvent): void => {
    if (event.key.startsWith('Arrow') && !event.shiftKey && onStep(event.key)) event.preventDefault();
  };
  return (
    <div
      className="fg-lane fg-subs"
      data-collapsed={row.collapsed || undefined}
      style={
        { '--fg-lane-height': `${layout.height}px`, '--fg-depth': Math.min(row.depth, 6) } as CSSProperties
      }
    >
      <button
        type="button"
        className="fg-lane-name fg-subs-button"
        tabIndex={tabbable ? 0 : -1}
        data-line={line}
        aria-expanded={!row.collapsed}
        title={(row.collapsed ? words.open : words.collapse)(name)}
        onClick={() => onToggle(id)}
        onKeyDown={press}
        onFocus={() => onFocus(line)}
      >
        <svg
          className="fg-arrow"
          data-open={!row.collapsed || undefined}
          viewBox="0 0 12 12"
          aria-hidden="true"
        >
          <path d="m4 2.5 3.5 3.5L4 9.5" />
        </svg>
        <span className="fg-lane-title fg-cut">{name}</span>{' '}
        <span className="fg-lane-activity fg-cut fg-quiet">
          <BlockTime {...sum} />{' '}
          {sum.tokens > 0 ? <span>{words.totalTokens(format.compact(sum.tokens))}</span> : null}{' '}
          <CostText cost={sum.cost} />
        </span>
      </button>
      <div className="fg-subs-plot">
        {bars ? <LaneBars bars={{ ...bars, named: [] }} layout={layout} scale={scale} paint={paint} /> : null}
      </div>
    </div>
  );
});

function BlockTime({ from, to }: Pick<BlockSum, 'from' | 'to'>): ReactElement {
  const now = useTimelineNow();
  return <span>{useTexts().format.preciseDuration((to ?? now) - from)}</span>;
}
