'use client';

import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { xOf } from './time-scale.js';
import type { TimeScale } from './time-scale.js';

/** Labels of time since the start. Decoration: every span says its own times. */
export function TimelineAxis({ scale }: { readonly scale: TimeScale }): ReactElement {
  const { format } = useTexts();
  const write = scale.stepMs < 1000 ? format.preciseDuration : format.duration;
  return (
    <div className="fg-axis" aria-hidden="true">
      {scale.ticks.map((tick) => {
        const x = xOf(scale, tick);
        return (
          <span
            key={tick}
            className="fg-axis-tick"
            data-edge={edgeOf(x, scale.width)}
            style={{ insetInlineStart: x }}
          >
            {write(tick - scale.start)}
          </span>
        );
      })}
    </div>
  );
}

function edgeOf(x: number, width: number): 'start' | 'end' | undefined {
  if (x < 1) return 'start';
  return x > width - 30 ? 'end' : undefined;
}
