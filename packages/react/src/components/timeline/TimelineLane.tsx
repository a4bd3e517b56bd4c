'use client';

import type { Lane, LaneSpan } from '@fleetglass/core/client';
import { memo, useMemo } from 'react';
import type { CSSProperties, KeyboardEvent, PointerEvent, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { StatusShape } from '../status/StatusShape.js';
import {
  countSqueezed,
  drawLane,
  laneHeight,
  ROW_GAP,
  ROW_HEIGHT,
  rowCountOf,
  rowOf,
  rowTop,
  spanAt,
  statusStretches,
} from './lane-layout.js';
import { xOf } from './time-scale.js';
import type { TimeScale } from './time-scale.js';
import { timelineLabels } from './timeline-labels.js';
import { statusLabels } from '../status/status-labels.js';

/** What a lane tells the timeline. */
export interface LaneActions {
  /** Shows details of a span, or of none. */
  readonly point: (laneId: string, span: LaneSpan | undefined) => void;
  readonly step: (laneId: string, spans: readonly LaneSpan[], key: string) => boolean;
  readonly select: (laneId: string, span: LaneSpan | undefined) => void;
  readonly focus: (laneId: string) => void;
}

export interface TimelineLaneProps {
  readonly lane: Lane;
  readonly scale: TimeScale;
  /** End of what runs; a lane without running work gets a constant. */
  readonly now: number;
  readonly active: LaneSpan | undefined;
  readonly selected: boolean;
  readonly tabbable: boolean;
  readonly optionId: string;
  readonly actions: LaneActions;
}

/** One agent over time. Renders again when something in the lane changes, and each second while work in it runs. */
export const TimelineLane = memo(function TimelineLane({
  lane,
  scale,
  now,
  active,
  selected,
  tabbable,
  optionId,
  actions,
}: TimelineLaneProps): ReactElement {
  const { labels, format } = useTexts();
  const { agent } = lane;
  const name = plainText(agent.name);
  const activity = plainText(agent.activity);
  const paths = useMemo(() => drawLane(lane, scale, now), [lane, scale, now]);
  const stretches = useMemo(() => statusStretches(lane.segments, scale, now), [lane.segments, scale, now]);
  const rowCount = rowCountOf(lane);
  const squeezed = countSqueezed(lane);
  const height = laneHeight(rowCount);
  const words = labels(timelineLabels);
  const statusWord = labels(statusLabels).agent[agent.status];
  const activeIndex = active ? lane.spans.indexOf(active) : -1;

  const point = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const rightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
    const x = rightToLeft ? box.right - event.clientX : event.clientX - box.left;
    actions.point(agent.id, spanAt(lane, scale, now, { x, y: event.clientY - box.top }));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      actions.select(agent.id, active);
    } else if (actions.step(agent.id, lane.spans, event.key)) event.preventDefault();
  };

  return (
    <div
      className="fg-lane"
      data-status={agent.status}
      data-selected={selected || undefined}
      style={{ '--fg-lane-height': `${height}px` } as CSSProperties}
    >
      <div className="fg-lane-name">
        <StatusShape status={agent.status} />
        <span className="fg-lane-title" title={name}>
          {name}
        </span>
        <span className="fg-lane-activity" title={activity}>
          {activity ?? statusWord}
        </span>
      </div>
      <div
        className="fg-lane-plot"
        role="listbox"
        tabIndex={tabbable ? 0 : -1}
        data-lane={agent.id}
        aria-label={words.laneSpans(name, statusWord, format.count(lane.spans.length))}
        aria-orientation="horizontal"
        aria-activedescendant={activeIndex < 0 ? undefined : optionId}
        onPointerMove={point}
        onPointerLeave={() => actions.point(agent.id, undefined)}
        onClick={() => actions.select(agent.id, active)}
        onFocus={() => actions.focus(agent.id)}
        onKeyDown={press}
      >
        <svg className="fg-lane-svg" width={scale.width} height={height} aria-hidden="true">
          {stretches.map((stretch) => (
            <rect
              key={stretch.from}
              className="fg-stretch"
              data-status={stretch.status}
              x={stretch.from}
              y={3}
              width={Math.max(1, stretch.to - stretch.from)}
              height={height - 6}
              rx={3}
            />
          ))}
          {paths.done.map(({ look, d }) => (
            <path key={look} className="fg-bar" data-look={look} d={d} />
          ))}
          {paths.running.map(({ look, d }) => (
            <path key={look} className="fg-bar" data-look={look} data-running="" d={d} />
          ))}
        </svg>
        {active && activeIndex >= 0 ? (
          <span
            id={optionId}
            className="fg-lane-active"
            role="option"
            aria-selected={selected}
            aria-setsize={lane.spans.length}
            aria-posinset={activeIndex + 1}
            aria-label={`${words.span(words.kind[active.span.kind], plainText(active.span.name))}, ${words.status[active.span.status]}`}
            style={activeBox(active, rowTop(rowCount, rowOf(active)), scale, now)}
          />
        ) : null}
      </div>
      {squeezed > 0 ? (
        <span className="fg-lane-squeezed">{words.squeezed(format.count(squeezed))}</span>
      ) : null}
    </div>
  );
});

function activeBox({ span }: LaneSpan, top: number, scale: TimeScale, now: number): CSSProperties {
  const from = xOf(scale, span.startedAt);
  const to = xOf(scale, span.endedAt ?? now);
  return {
    insetInlineStart: from - 2,
    insetBlockStart: top - 2,
    inlineSize: Math.max(2, to - from) + 4,
    blockSize: ROW_HEIGHT + ROW_GAP + 2,
  };
}
