'use client';

import type { ComponentProps, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { brief } from './brief.js';
import { LEAST_WIDTH, NAMED_WIDTH } from './draw-bars.js';
import type { LanePaths, NamedBar, StatusBands } from './draw-bars.js';
import { rowTop } from './lane-layout.js';
import type { LaneLayout } from './lane-layout.js';
import { shareOf } from './paint.js';
import type { Paint } from './paint.js';
import { xOf } from './time-scale.js';
import type { TimeScale } from './time-scale.js';
import { timelineLabels } from './timeline-labels.js';
import { useTimelineNow } from './timeline-now.js';

export interface LaneBarsProps {
  readonly bars: LanePaths;
  /** The critical ones among them: everything else is dimmed then. */
  readonly marked?: LanePaths | undefined;
  readonly bands?: StatusBands;
  readonly layout: LaneLayout;
  readonly scale: TimeScale;
  readonly paint: Paint;
}

/** From this width on, a bar says how long it took too. */
const WIDE = 132;

/**
 * Bars of a lane and the names of the wide ones. What lasts is drawn to the edge once, and cut off at the present.
 * Decoration: the list box round it says what there is.
 */
export function LaneBars({ bars, marked, bands, layout, scale, paint }: LaneBarsProps): ReactElement {
  const { width } = scale;
  const size = { className: 'fg-lane-svg', width, height: layout.height, 'aria-hidden': true } as const;
  const dimmed = marked ? '' : undefined;
  return (
    <>
      {bands?.open || bars.running.length > 0 ? (
        <UpToNow scale={scale} {...size} data-dimmed={dimmed}>
          {bands?.open ? <path className="fg-band" data-status={bands.open.status} d={bands.open.d} /> : null}
          <BarPaths paths={bars.running} isRunning />
          {marked ? <BarPaths paths={marked.running} isRunning isMarked /> : null}
        </UpToNow>
      ) : null}
      <svg {...size} data-dimmed={dimmed}>
        {bands?.over.map(({ status, d }) => (
          <path key={status} className="fg-band" data-status={status} d={d} />
        ))}
        <BarPaths paths={bars.done} />
        {marked ? <BarPaths paths={marked.done} isMarked /> : null}
      </svg>
      {(marked ?? bars).named.map((bar) => {
        const Name = bar.placed.span.endedAt === undefined ? GrowingName : BarName;
        return <Name key={bar.placed.span.key} bar={bar} layout={layout} scale={scale} paint={paint} />;
      })}
    </>
  );
}

interface UpToNowProps extends Omit<ComponentProps<'svg'>, 'scale'> {
  readonly scale: TimeScale;
}

/** Renders again as the present moves on, without what it cuts off; nothing is laid out anew. */
function UpToNow({ scale, ...rest }: UpToNowProps): ReactElement {
  const hidden = scale.width - xOf(scale, useTimelineNow()) - LEAST_WIDTH;
  return <svg data-open="" style={{ clipPath: `inset(0 ${Math.max(0, hidden)}px 0 0)` }} {...rest} />;
}

interface BarNameProps {
  readonly bar: NamedBar;
  readonly layout: LaneLayout;
  readonly scale: TimeScale;
  readonly paint: Paint;
}

function BarName({ bar, layout, paint, now = 0 }: BarNameProps & { readonly now?: number }): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(timelineLabels);
  const { x, row, width } = bar;
  const { span } = bar.placed;
  const name = brief(span.name);
  const text = (): string => {
    if (paint !== 'kind' && shareOf(span, paint.top) >= 0.5)
      return words.bar(format.money(span.cost.nanoUsd), format.percent(shareOf(span, paint.top)));
    if (width < WIDE) return name;
    return words.bar(name, format.preciseDuration(Math.max(0, (span.endedAt ?? now) - span.startedAt)));
  };
  return (
    <span
      className="fg-bar-name"
      aria-hidden="true"
      style={{
        insetInlineStart: x,
        inlineSize: width,
        insetBlockStart: rowTop(layout, row),
        lineHeight: `${layout.rowHeight}px`,
      }}
    >
      {text()}
    </span>
  );
}

/** The same of what runs, as soon as there is room. */
function GrowingName({ bar, ...props }: BarNameProps): ReactElement | null {
  const now = useTimelineNow();
  const width = xOf(props.scale, now) - bar.x;
  return width < NAMED_WIDTH ? null : <BarName bar={{ ...bar, width }} now={now} {...props} />;
}

interface BarPathsProps {
  readonly paths: LanePaths['done'];
  readonly isRunning?: boolean;
  readonly isMarked?: boolean;
}

const BarPaths = ({ paths, isRunning, isMarked }: BarPathsProps): ReactElement => (
  <>
    {paths.map(({ look, d, slim }) => (
      <path
        key={slim === undefined ? look : `slim ${look}`}
        className="fg-bar"
        data-look={look}
        data-running={isRunning ? '' : undefined}
        data-marked={isMarked ? '' : undefined}
        style={slim === undefined ? undefined : { strokeWidth: slim, strokeDasharray: 'none' }}
        d={d}
      />
    ))}
  </>
);
