'use client';

import { memo } from 'react';
import type { ReactElement } from 'react';
import { xOf } from './time-scale.js';
import type { TimeScale } from './time-scale.js';
import { useTimelineNow } from './timeline-now.js';

/** Lines behind the lanes: labelled times, the present, folded gaps, and where the pointer is. */
export const TimelineGrid = memo(function TimelineGrid({
  scale,
}: {
  readonly scale: TimeScale;
}): ReactElement {
  return (
    <div className="fg-grid" aria-hidden="true">
      {scale.axis.folds.map((fold) => {
        const [from, to] = [xOf(scale, fold.from), xOf(scale, fold.to)];
        return to > from ? (
          <span
            key={fold.from}
            className="fg-grid-fold"
            style={{ insetInlineStart: from, inlineSize: to - from }}
          />
        ) : null;
      })}
      {scale.ticks.map((tick) => (
        <span key={tick} className="fg-grid-line" style={{ insetInlineStart: xOf(scale, tick) }} />
      ))}
      <NowLine scale={scale} />
      <span className="fg-needle" />
    </div>
  );
});

function NowLine({ scale }: { readonly scale: TimeScale }): ReactElement {
  return <span className="fg-grid-now" style={{ insetInlineStart: xOf(scale, useTimelineNow()) }} />;
}
