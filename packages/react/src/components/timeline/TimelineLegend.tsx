'use client';

import type { AgentStatus, SpanKind } from '@fleetglass/core/protocol';
import { memo } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { statusLabels } from '../status/status-labels.js';
import type { BarLook } from './paint.js';
import { timelineLabels } from './timeline-labels.js';

/** A bar as it looks in a lane. */
export function BarSample({ look }: { readonly look: BarLook }): ReactElement {
  return <span className="fg-bar-sample" data-look={look} aria-hidden="true" />;
}

export interface TimelineLegendProps {
  readonly looks: readonly BarLook[];
  /** Statuses that are drawn as bands behind the bars. */
  readonly bands: readonly AgentStatus[];
}

/** Names of the shapes that are in use. */
export const TimelineLegend = memo(function TimelineLegend({
  looks,
  bands,
}: TimelineLegendProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(timelineLabels);
  const other = {
    failed: words.failed,
    cancelled: words.cancelled,
    low: words.low,
    half: words.half,
    most: words.most,
    unpriced: words.unpriced,
  };
  const name = (look: BarLook): string =>
    look in other ? other[look as keyof typeof other] : words.kind[look as SpanKind];
  return (
    <ul className="fg-notes fg-legend" aria-label={words.legend}>
      {looks.map((look) => (
        <li key={look}>
          <BarSample look={look} />
          {name(look)}
        </li>
      ))}
      {bands.map((status) => (
        <li key={status}>
          <span className="fg-band-sample" data-status={status} aria-hidden="true" />
          {labels(statusLabels).agent[status]}
        </li>
      ))}
    </ul>
  );
});
