'use client';

import type { LaneSpan } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { brief } from './brief.js';
import type { LanePaths, StatusStretch } from './draw-bars.js';
import { rowTop } from './lane-layout.js';
import type { LaneLayout } from './lane-layout.js';
import { shareOf } from './paint.js';
import type { Paint } from './paint.js';
import { timelineLabels } from './timeline-labels.js';

export interface LaneBarsProps {
  readonly bars: LanePaths;
  /** The critical ones among them: everything else is dimmed then. */
  readonly marked?: LanePaths | undefined;
  readonly stretches?: readonly StatusStretch[];
  readonly layout: LaneLayout;
  readonly width: number;
  readonly now: number;
  readonly paint: Paint;
}

/** From this width on, a bar says how long it took too. */
const WIDE = 132;

/** Bars of a lane and the names of the wide ones. Decoration: the list box round it says what there is. */
export function LaneBars(props: LaneBarsProps): ReactElement {
  const { bars, marked, stretches = [], layout, width, now, paint } = props;
  const { labels, format } = useTexts();
  const words = labels(timelineLabels);
  const textOf = ({ span }: LaneSpan, room: number): string => {
    const name = brief(span.name);
    if (paint !== 'kind' && shareOf(span, paint.top) >= 0.5)
      return words.bar(format.money(span.cost.nanoUsd), format.percent(shareOf(span, paint.top)));
    if (room < WIDE) return name;
    const ran = Math.max(0, (span.endedAt ?? now) - span.startedAt);
    return words.bar(name, format.preciseDuration(ran));
  };
  return (
    <>
      <svg
        className="fg-lane-svg"
        width={width}
        height={layout.height}
        data-dimmed={marked ? '' : undefined}
        aria-hidden="true"
      >
        {stretches.map((stretch) => (
          <rect
            key={stretch.from}
            className="fg-stretch"
            data-status={stretch.status}
            x={stretch.from}
            y={2}
            width={Math.max(1, stretch.to - stretch.from)}
            height={layout.height - 4}
            rx={3}
          />
        ))}
        <BarPaths bars={bars} />
        {marked ? <BarPaths bars={marked} isMarked /> : null}
      </svg>
      {(marked ?? bars).named.map(({ placed, x, width: room, row }) => (
        <span
          key={placed.span.key}
          className="fg-bar-name"
          aria-hidden="true"
          style={{
            insetInlineStart: x,
            inlineSize: room,
            insetBlockStart: rowTop(layout, row),
            lineHeight: `${layout.rowHeight}px`,
          }}
        >
          {textOf(placed, room)}
        </span>
      ))}
    </>
  );
}

function BarPaths({
  bars,
  isMarked = false,
}: {
  readonly bars: LanePaths;
  readonly isMarked?: boolean;
}): ReactElement {
  const mark = isMarked ? '' : undefined;
  return (
    <>
      {bars.done.map(({ look, d }) => (
        <path key={look} className="fg-bar" data-look={look} data-marked={mark} d={d} />
      ))}
      {bars.running.map(({ look, d }) => (
        <path
          key={`${look} running`}
          className="fg-bar"
          data-look={look}
          data-running=""
          data-marked={mark}
          d={d}
        />
      ))}
    </>
  );
}
