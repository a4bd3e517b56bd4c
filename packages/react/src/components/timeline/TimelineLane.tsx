'use client';

import { NO_AGENT } from '@fleetglass/core/client';
import type { Lane, LaneSpan } from '@fleetglass/core/client';
import { memo, useMemo } from 'react';
import type {
  AriaAttributes,
  CSSProperties,
  KeyboardEvent,
  MouseEvent,
  PointerEvent,
  ReactElement,
} from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { statusLabels } from '../status/status-labels.js';
import { StatusShape } from '../status/StatusShape.js';
import { createBarIndex } from './bar-index.js';
import { brief } from './brief.js';
import { drawBands, drawBars, spanAt } from './draw-bars.js';
import { countSqueezed, laneLayout, rowTop } from './lane-layout.js';
import { laneName } from './lane-name.js';
import { LaneBars } from './LaneBars.js';
import { kindOf } from './paint.js';
import type { Paint } from './paint.js';
import { xOf } from './time-scale.js';
import type { TimeScale } from './time-scale.js';
import { timelineLabels } from './timeline-labels.js';
import { useTimelineNow } from './timeline-now.js';

/** What a lane tells the timeline. */
export interface LaneActions {
  /** Shows details of a span, or of none. */
  readonly point: (laneId: string, span: LaneSpan | undefined) => void;
  readonly step: (laneId: string, spans: readonly LaneSpan[], key: string) => boolean;
  readonly select: (laneId: string, span: LaneSpan | undefined) => void;
  /** Shows nothing but a span. */
  readonly fit: (span: LaneSpan) => void;
  readonly focus: (laneId: string) => void;
  /** The present, for what runs. */
  readonly now: () => number;
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
  readonly active: LaneSpan | undefined;
  readonly selected: boolean;
  readonly tabbable: boolean;
  readonly optionId: string;
  readonly actions: LaneActions;
}

/**
 * One agent over time. Renders again when something in the lane changes and when another part of time is shown; what runs
 * in it grows without.
 */
export const TimelineLane = memo(function TimelineLane(props: TimelineLaneProps): ReactElement {
  const { lane, depth, rowHeight, scale, paint, critical, active, selected, tabbable, actions } = props;
  const { labels, format } = useTexts();
  const { agent, spans } = lane;
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
  const bars = useMemo(() => drawBars(index, layout, scale), [index, layout, scale]);
  const marked = useMemo(() => path && drawBars(path, layout, scale), [path, layout, scale]);
  const bands = useMemo(
    () => drawBands(lane.segments, scale, layout.height),
    [lane.segments, scale, layout.height],
  );
  const squeezed = useMemo(() => countSqueezed(lane, layout), [lane, layout]);
  const words = labels(timelineLabels);
  const isNobody = agent.id === NO_AGENT;
  const name = laneName(agent, words);
  const statusWord = isNobody ? words.noAgentHint : labels(statusLabels).agent[agent.status];
  const activity = agent.activity === undefined ? statusWord : brief(agent.activity);
  const activeIndex = active ? spans.indexOf(active) : -1;

  const at = (event: MouseEvent<HTMLElement>): LaneSpan | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    const rightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
    const x = rightToLeft ? box.right - event.clientX : event.clientX - box.left;
    return spanAt(index, layout, scale, actions.now(), { x, y: event.clientY - box.top });
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
        {isNobody ? <span /> : <StatusShape status={agent.status} />}
        <span className="fg-lane-title fg-cut" title={name}>
          {name}
        </span>
        <span className="fg-lane-activity fg-cut fg-quiet" title={activity}>
          {activity}
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
        <LaneBars bars={bars} marked={marked} bands={bands} layout={layout} scale={scale} paint={paint} />
        {active && activeIndex >= 0 ? (
          <ActiveBar
            id={props.optionId}
            aria-selected={selected}
            aria-setsize={spans.length}
            aria-posinset={activeIndex + 1}
            aria-label={`${words.span(words.kind[kindOf(active.span)], brief(active.span.name))}, ${words.status[active.span.status]}`}
            placed={active}
            top={rowTop(layout, active.row)}
            rowHeight={rowHeight}
            scale={scale}
          />
        ) : null}
      </div>
      {squeezed > 0 ? (
        <span className="fg-lane-squeezed fg-quiet">{words.squeezed(format.count(squeezed))}</span>
      ) : null}
    </div>
  );
});

interface ActiveBarProps extends AriaAttributes {
  readonly id: string;
  readonly placed: LaneSpan;
  readonly top: number;
  readonly rowHeight: number;
  readonly scale: TimeScale;
}

/** A box round the bar that is looked at. */
function ActiveBar({ placed: { span }, top, rowHeight, scale, ...rest }: ActiveBarProps): ReactElement {
  const now = useTimelineNow();
  const from = xOf(scale, span.startedAt);
  const to = xOf(scale, Math.max(span.startedAt, span.endedAt ?? now));
  const box = {
    insetInlineStart: from - 2,
    insetBlockStart: top + 1,
    inlineSize: Math.max(2, to - from) + 4,
    blockSize: rowHeight - 2,
  };
  return <span className="fg-lane-active" role="option" style={box} {...rest} />;
}
