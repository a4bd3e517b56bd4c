'use client';

import type { AgentStatus, SpanKind } from '@fleetglass/core/protocol';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import type { BarLook } from './lane-layout.js';
import { timelineLabels } from './timeline-labels.js';
import { statusLabels } from '../status/status-labels.js';

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
export function TimelineLegend({ looks, bands }: TimelineLegendProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(timelineLabels);
  const name = (look: BarLook): string =>
    look === 'failed' ? words.failed : words.kind[look satisfies SpanKind];
  return (
    <ul className="fg-legend" aria-label={words.legend}>
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
}
