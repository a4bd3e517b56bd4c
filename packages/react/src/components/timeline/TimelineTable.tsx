'use client';

import type { Lane, LaneSpan } from '@fleetglass/core/client';
import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import { describeCost } from '../cost/describe-cost.js';
import { brief } from './brief.js';
import { laneName } from './lane-name.js';
import { kindOf } from './paint.js';
import { timelineLabels } from './timeline-labels.js';

export interface TimelineTableProps {
  readonly lanes: readonly Lane[];
  readonly start: number;
  readonly now: number;
  readonly title: string;
  readonly selectedSpanId: string | undefined;
}

/** Height of a row; the styles hold the same. */
const ROW = 30;

/** The same spans as a table in the order of their starts, for whoever reads rather than looks. Only some rows are drawn. */
export function TimelineTable({
  lanes,
  start,
  now,
  title,
  selectedSpanId,
}: TimelineTableProps): ReactElement {
  const { labels } = useTexts();
  const all = labels(timelineLabels);
  const words = all.columns;
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  const rows = useMemo(
    () =>
      lanes
        .flatMap(({ agent, spans }) => spans.map((placed) => ({ placed, agentName: laneName(agent, all) })))
        .sort((a, b) => a.placed.span.startedAt - b.placed.span.startedAt),
    [lanes, all],
  );
  const offsets = useMemo(() => offsetsOf(rows, () => ROW), [rows]);
  const { from, to } = useVirtualRows(viewport, offsets);
  const names = Object.keys(words) as (keyof typeof words)[];
  return (
    <div ref={setViewport} className="fg-span-table fg-scroll" role="group" aria-label={title} tabIndex={0}>
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col" data-column={name}>
                {words[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr aria-hidden="true" style={{ blockSize: offsets[from] }} />
          {rows.slice(from, to).map(({ placed, agentName }, index) => (
            <SpanRow
              key={placed.span.key}
              placed={placed}
              agentName={agentName}
              start={start}
              now={placed.span.endedAt ?? now}
              index={from + index + 2}
              selected={placed.span.id === selectedSpanId}
            />
          ))}
          <tr aria-hidden="true" style={{ blockSize: (offsets.at(-1) ?? 0) - (offsets[to] ?? 0) }} />
        </tbody>
      </table>
    </div>
  );
}

interface SpanRowProps {
  readonly placed: LaneSpan;
  readonly agentName: string;
  readonly start: number;
  readonly now: number;
  readonly index: number;
  readonly selected: boolean;
}

function SpanRow({ placed: { span }, agentName, start, now, index, selected }: SpanRowProps): ReactElement {
  const texts = useTexts();
  const { format, labels } = texts;
  const words = labels(timelineLabels);
  const { usage, cost } = span;
  const tokens = usage.inputTokens + usage.outputTokens;
  const paid = cost.nanoUsd > 0 || cost.unknownCalls > 0;
  const money = describeCost(cost, texts);
  return (
    <tr aria-rowindex={index} data-selected={selected || undefined}>
      <td data-column="start" title={format.dateTime(span.startedAt)}>
        {format.preciseDuration(span.startedAt - start)}
      </td>
      <td>{agentName}</td>
      <td>{words.kind[kindOf(span)]}</td>
      <td>{brief(span.name)}</td>
      <td>
        <span className="fg-toned" data-status={span.status}>
          {words.status[span.status]}
        </span>
      </td>
      <td data-column="duration">{format.preciseDuration(now - span.startedAt)}</td>
      <td data-column="tokens">{tokens > 0 ? format.compact(tokens) : ''}</td>
      <td data-column="cost" title={paid ? money.hint : undefined}>
        {paid ? money.text : ''}
      </td>
    </tr>
  );
}
