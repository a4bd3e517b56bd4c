'use client';

import type { TimeWindow } from '@fleetglass/core/client';
import { memo } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { rawX, xOf } from './time-scale.js';
import type { TimeScale } from './time-scale.js';
import { timelineLabels } from './timeline-labels.js';

export interface TimelineAxisProps {
  readonly scale: TimeScale;
  /** When the run began: labels count from it. */
  readonly start: number;
  /** How long the run took, to tell a gap's share of it. */
  readonly total: number;
  /** Idle gaps that can be compressed or are. */
  readonly gaps: readonly TimeWindow[];
  readonly onToggleGap: (gap: TimeWindow) => void;
}

/** From these widths on, in pixels, a gap is offered by an icon, and in words; what is a small part of the view is not. */
const ICON_WIDTH = 26;
const ICON_SHARE = 0.06;
const WORDS_WIDTH = 216;

/** Labels of time since the start, and idle gaps in their place, each with the offer to compress or expand it. */
export const TimelineAxis = memo(function TimelineAxis(props: TimelineAxisProps): ReactElement {
  const { scale, start, total, gaps, onToggleGap } = props;
  const { format } = useTexts();
  const offers = gaps.flatMap((gap) => {
    const isFolded = scale.axis.folds.some((fold) => fold.from === gap.from);
    const [from, to] = [xOf(scale, gap.from), xOf(scale, gap.to)];
    const least = isFolded ? 12 : Math.max(ICON_WIDTH, ICON_SHARE * scale.width);
    return to - from < least ? [] : [{ gap, isFolded, from, to }];
  });
  const isFree = (x: number): boolean => offers.every(({ from, to }) => x < from - 4 || x > to + 4);
  return (
    <div className="fg-axis">
      {scale.ticks.map((tick) => {
        const x = rawX(scale, tick);
        return isFree(x) ? (
          <span
            key={tick}
            className="fg-axis-tick"
            aria-hidden="true"
            data-edge={edgeOf(x, scale.width)}
            style={{ insetInlineStart: x }}
          >
            {format.axisDuration(tick - start, scale.stepMs)}
          </span>
        ) : null;
      })}
      {offers.map(({ gap, isFolded, from, to }) => (
        <GapButton
          key={gap.from}
          gap={gap}
          isFolded={isFolded}
          from={from}
          width={to - from}
          share={(gap.to - gap.from) / Math.max(1, total)}
          onToggle={onToggleGap}
        />
      ))}
    </div>
  );
});

interface GapButtonProps {
  readonly gap: TimeWindow;
  readonly isFolded: boolean;
  readonly from: number;
  readonly width: number;
  /** Of the whole run. */
  readonly share: number;
  readonly onToggle: (gap: TimeWindow) => void;
}

function GapButton({ gap, isFolded, from, width, share, onToggle }: GapButtonProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(timelineLabels);
  const idle = words.idle(format.preciseDuration(gap.to - gap.from), format.percent(share));
  const label = isFolded ? words.expand(idle) : words.compress(idle);
  return (
    <button
      type="button"
      className="fg-gap-button"
      aria-label={label}
      title={label}
      style={{ insetInlineStart: from, inlineSize: width }}
      onClick={() => onToggle(gap)}
    >
      {!isFolded && width >= WORDS_WIDTH ? (
        <>
          {idle} · <u>{words.compressShort}</u>
        </>
      ) : (
        <svg viewBox="0 0 16 12" aria-hidden="true">
          <path d={isFolded ? 'M6 2 2 6l4 4M10 2l4 4-4 4' : 'M2 2l4 4-4 4M14 2l-4 4 4 4'} />
        </svg>
      )}
    </button>
  );
}

function edgeOf(x: number, width: number): 'start' | 'end' | undefined {
  if (x < 16) return 'start';
  return x > width - 30 ? 'end' : undefined;
}
