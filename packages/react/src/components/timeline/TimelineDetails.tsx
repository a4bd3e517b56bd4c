'use client';

import type { LaneSpan } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { describeCost } from '../cost/describe-cost.js';
import { isCutOff } from '../cost/cut-off.js';
import { lookOf } from './lane-layout.js';
import { BarSample } from './TimelineLegend.js';
import { timelineLabels } from './timeline-labels.js';

export interface TimelineDetailsProps {
  readonly placed: LaneSpan | undefined;
  readonly agentName: string;
  readonly start: number;
  readonly now: number;
}

/** Facts about one span in a place of their own, so that nothing covers the lanes and nothing jumps. */
export function TimelineDetails({ placed, agentName, start, now }: TimelineDetailsProps): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(timelineLabels);
  if (!placed) {
    return (
      <div className="fg-details" data-empty="">
        <p>{words.hint}</p>
      </div>
    );
  }
  const { span } = placed;
  const ran = (span.endedAt ?? now) - span.startedAt;
  const { usage, cost } = span;
  const paid = cost.nanoUsd > 0 || cost.unknownCalls > 0;
  const money = describeCost(cost, texts, isCutOff(span) ? 1 : 0);
  return (
    <div className="fg-details">
      <p className="fg-details-title">
        <BarSample look={lookOf(span)} />
        <span className="fg-details-kind">{words.kind[span.kind]}</span>
        <strong>{plainText(span.name)}</strong>
        <span className="fg-details-state" data-status={span.status}>
          {words.status[span.status]}
        </span>
      </p>
      <p className="fg-details-facts">
        <span>{plainText(agentName)}</span>
        <span title={format.dateTime(span.startedAt)}>
          {words.startedAt(format.preciseDuration(span.startedAt - start))}
        </span>
        <span>
          {(span.endedAt === undefined ? words.runningFor : words.ran)(format.preciseDuration(ran))}
        </span>
        {span.model === undefined || span.model === span.name ? null : <span>{plainText(span.model)}</span>}
        {usage.inputTokens + usage.outputTokens > 0 ? (
          <span>{words.tokens(format.compact(usage.inputTokens), format.compact(usage.outputTokens))}</span>
        ) : null}
        {paid ? (
          <span className="fg-money" title={money.hint} data-certainty={money.certainty}>
            {money.text} <span data-simulated={money.simulated || undefined}>{money.note}</span>
          </span>
        ) : null}
        {span.reused ? <span>{words.reused}</span> : null}
        {span.error ? <span className="fg-details-error">{plainText(span.error.message)}</span> : null}
      </p>
    </div>
  );
}
