'use client';

import type { Lane, LaneSpan } from '@fleetglass/core/client';
import { memo, useMemo } from 'react';
import type { CSSProperties, KeyboardEvent, MouseEvent, PointerEvent, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { statusLabels } from '../status/status-labels.js';
import { StatusShape } from '../status/StatusShape.js';
import { createBarIndex } from './bar-index.js';
import { brief } from './brief.js';
import { drawBars, spanAt, statusStretches } from './draw-bars.js';
import { countSqueezed, laneLayout, rowTop } from './lane-layout.js';
import { LaneBars } from './LaneBars.js';
import { factsOf, kindOf } from './paint.js';
import type { Paint } from './paint.js';
import { xOf } from './time-scale.js';
import type { TimeScale } from './time-scale.js';
import { timelineLabels } from './timeline-labels.js';

/** What a lane tells the timeline. */
export interface LaneActions {
  /** Shows details of a span, or of none. */
  readonly point: (laneId: string, span: LaneSpan | undefined) => void;
  readonly step: (laneId: string, spans: readonly LaneSpan[], key: string) => boolean;
  readonly select: (laneId: string, span: LaneSpan | undefined) => void;
  /** Shows nothing but a span. */
  readonly fit: (span: LaneSpan) => void;
  readonly focus: (laneId: string) => void;
}

export interface TimelineLaneProps {
  readonly lane: Lane;
  /** Boxes that the lane stands in. */
  readonly depth: number;
  readonly rowHeight: number;
  readonly scale: TimeScale;
  readonly paint: Paint;
  /** Spans that determined the end, when those are shown. */
  readonly critical: ReadonlySet<string> | undefined;
  /** End of what runs; a lane without running work gets a constant. */
  readonly now: number;
  readonly active: LaneSpan | undefined;
  readonly selected: boolean;
  readonly tabbable: boolean;
  readonly optionId: string;
  readonly actions: LaneActions;
}

/**
 * One agent over time. Renders again when something in the lane changes, when another part of time is shown, and each
 * second while work in it runs.
 */
export const TimelineLane = memo(function TimelineLane(props: TimelineLaneProps): ReactElement {
  const { lane, depth, rowHeight, scale, paint, critical, now, active, selected, tabbable, actions } = props;
  const { labels, format } = useTexts();
  const { agent, spans } = lane;
  const name = brief(agent.name);
  const activity = agent.activity === undefined ? undefined : brief(agent.activity);
  const layout = useMemo(() => laneLayout(lane, rowHeight), [lane, rowHeight]);
  const index = useMemo(() => createBarIndex(spans, layout.rowCount, paint), [spans, layout, paint]);
  const path = useMemo(
    () =>
      critical &&
      createBarIndex(
        spans.filter(({ span }) => critical.has(span.id)),
        layout.rowCount,
        paint,
      ),
    [spans, layout, paint, critical],
  );
  // Bars that all have ended stay as they are while the agent's status goes on.
  const until = factsOf(spans).running ? now : scale.axis.start;
  const bars = useMemo(() => drawBars(index, layout, scale, until), [index, layout, scale, until]);
  const marked = useMemo(() => path && drawBars(path, layout, scale, until), [path, layout, scale, until]);
  const stretches = useMemo(() => statusStretches(lane.segments, scale, now), [lane.segments, scale, now]);
  const squeezed = useMemo(() => countSqueezed(lane, layout), [lane, layout]);
  const words = labels(timelineLabels);
  const statusWord = labels(statusLabels).agent[agent.status];
  const activeIndex = active ? spans.indexOf(active) : -1;

  const at = (event: MouseEvent<HTMLElement>): LaneSpan | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    const rightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
    const x = rightToLeft ? box.right - event.clientX : event.clientX - box.left;
    return spanAt(index, layout, scale, now, { x, y: event.clientY - box.top });
  };
  const point = (event: PointerEvent<HTMLElement>): void => actions.point(agent.id, at(event));
  const press = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      actions.select(agent.id, active);
    } else if (actions.step(agent.id, spans, event.key)) event.preventDefault();
  };
  const fit = (event: MouseEvent<HTMLElement>): void => {
    const placed = at(event);
    if (placed) actions.fit(placed);
  };

  return (
    <div
      className="fg-lane"
      data-status={agent.status}
      data-selected={selected || undefined}
      style={{ '--fg-lane-height': `${layout.height}px`, '--fg-depth': Math.min(depth, 6) } as CSSProperties}
    >
      <div className="fg-lane-name">
        <StatusShape status={agent.status} />
        <span className="fg-lane-title fg-cut" title={name}>
          {name}
        </span>
        <span className="fg-lane-activity fg-cut fg-quiet" title={activity}>
          {activity ?? statusWord}
        </span>
      </div>
      <div
        className="fg-lane-plot"
        role="listbox"
        tabIndex={tabbable ? 0 : -1}
        data-line={agent.id}
        aria-label={words.laneSpans(name, statusWord, format.count(spans.length))}
        aria-orientation="horizontal"
        aria-activedescendant={activeIndex < 0 ? undefined : props.optionId}
        onPointerMove={point}
        onPointerLeave={() => actions.point(agent.id, undefined)}
        onClick={(event) => actions.select(agent.id, at(event) ?? active)}
        onDoubleClick={fit}
        onFocus={() => actions.focus(agent.id)}
        onKeyDown={press}
      >
        <LaneBars
          bars={bars}
          marked={marked}
          stretches={stretches}
          layout={layout}
          width={scale.width}
          now={now}
          paint={paint}
        />
        {active && activeIndex >= 0 ? (
          <span
            id={props.optionId}
            className="fg-lane-active"
            role="option"
            aria-selected={selected}
            aria-setsize={spans.length}
            aria-posinset={activeIndex + 1}
            aria-label={`${words.span(words.kind[kindOf(active.span)], brief(active.span.name))}, ${words.status[active.span.status]}`}
            style={activeBox(active, rowTop(layout, active.row), rowHeight, scale, now)}
          />
        ) : null}
      </div>
      {squeezed > 0 ? (
        <span className="fg-lane-squeezed fg-quiet">{words.squeezed(format.count(squeezed))}</span>
      ) : null}
    </div>
  );
});

function activeBox(
  { span }: LaneSpan,
  top: number,
  rowHeight: number,
  scale: TimeScale,
  now: number,
): CSSProperties {
  const from = xOf(scale, span.startedAt);
  const to = xOf(scale, Math.max(span.startedAt, span.endedAt ?? now));
  return {
    insetInlineStart: from - 2,
    insetBlockStart: top + 1,
    inlineSize: Math.max(2, to - from) + 4,
    blockSize: rowHeight - 2,
  };
}
