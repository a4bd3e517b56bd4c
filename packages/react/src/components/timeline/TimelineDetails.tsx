'use client';

import type { LaneSpan, SpanState } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useTask } from '../../hooks/useEntities.js';
import { isCutOff } from '../cost/cut-off.js';
import { describeCost } from '../cost/describe-cost.js';
import { brief } from './brief.js';
import { kindOf, lookOf, shareOf } from './paint.js';
import { BarSample } from './TimelineLegend.js';
import { timelineLabels } from './timeline-labels.js';

export interface TimelineDetailsProps {
  readonly placed: LaneSpan | undefined;
  readonly agentName: string;
  readonly start: number;
  readonly now: number;
  /** Cost of the most expensive span in nano-dollars, when shares of it are shown. */
  readonly top: number | undefined;
  /** Whether the span determined the end. */
  readonly onPath: boolean;
}

/** Facts about one span in a place of their own, so that nothing covers the lanes and nothing jumps. */
export function TimelineDetails(props: TimelineDetailsProps): ReactElement {
  const { placed, agentName, start, now, top, onPath } = props;
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(timelineLabels);
  if (!placed) {
    return (
      <div className="fg-details fg-quiet">
        <p>{words.hint}</p>
      </div>
    );
  }
  const { span } = placed;
  const { usage, cost, error } = span;
  const ran = (span.endedAt ?? now) - span.startedAt;
  const paid = cost.nanoUsd > 0 || cost.unknownCalls > 0;
  const money = describeCost(cost, texts, isCutOff(span) ? 1 : 0);
  const offset = span.startedAt - start;
  return (
    <div className="fg-details">
      <p className="fg-details-title">
        <BarSample look={lookOf(span, 'kind')} />
        <span className="fg-soft">{words.kind[kindOf(span)]}</span>
        <strong>{brief(span.name)}</strong>
        <span className="fg-toned" data-status={span.status}>
          {words.status[span.status]}
        </span>
      </p>
      <p className="fg-notes">
        <span>{agentName}</span>
        <TaskName span={span} />
        <span title={format.dateTime(span.startedAt)}>
          {(offset < 0 ? words.startedBefore : words.startedAt)(format.preciseDuration(Math.abs(offset)))}
        </span>
        <span>
          {ran < 0
            ? words.endsBeforeStart
            : (span.endedAt === undefined ? words.runningFor : words.ran)(format.preciseDuration(ran))}
        </span>
        {span.model === undefined || span.model === span.name ? null : <span>{brief(span.model)}</span>}
        {usage.inputTokens + usage.outputTokens > 0 ? (
          <span>{words.tokens(format.compact(usage.inputTokens), format.compact(usage.outputTokens))}</span>
        ) : null}
        {paid ? (
          <span className="fg-money" title={money.hint} data-certainty={money.certainty}>
            {money.text} <span data-simulated={money.simulated || undefined}>{money.note}</span>
          </span>
        ) : null}
        {top !== undefined && top > 0 && cost.nanoUsd > 0 ? (
          <span>{words.share(format.percent(shareOf(span, top)))}</span>
        ) : null}
        {onPath ? <span>{words.onPath}</span> : null}
        {span.reused ? <span>{words.reused}</span> : null}
        {error ? <span className="fg-bad">{brief(error.message)}</span> : null}
      </p>
    </div>
  );
}

function TaskName({ span }: { readonly span: SpanState }): ReactElement | null {
  const task = useTask(span.runId ?? '', span.taskId ?? '');
  return task ? <span>{brief(task.name)}</span> : null;
}
