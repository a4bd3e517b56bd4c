'use client';

import type { DayAmount } from '@fleetglass/core/client';
import { forwardRef, useMemo } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { ChartCard } from './ChartCard.js';
import type { ChartProps } from './ChartCard.js';
import { chartsLabels } from './charts-labels.js';
import { Drawing } from './Drawing.js';
import { groupDays } from './group-days.js';
import type { AnalyticsRange } from './range.js';
import { PatternSheet } from './series.js';
import { usePatternId } from './usePatternId.js';
import { useAnalytics } from './useAnalytics.js';
import { zoneOf } from './zone.js';

export interface AgentCreationProps extends ChartProps {
  /** @default the last 30 days */
  readonly range?: AnalyticsRange | undefined;
  /** Figures of the host instead of those that the monitor holds. Pass a memoised list. */
  readonly data?: readonly DayAmount[];
}

/** How many agents joined runs each day. Renders again when a count changes. */
export const AgentCreation = forwardRef<HTMLElement, AgentCreationProps>(function AgentCreation(
  { range, data, ...rest },
  ref,
) {
  const { labels, format } = useTexts();
  const words = labels(chartsLabels);
  const zone = zoneOf(format);
  const id = usePatternId();
  const analytics = useAnalytics({ range }, data === undefined);
  const days = data ?? analytics?.days;
  const total = (days ?? []).reduce((sum, { agents }) => sum + agents, 0);
  const bars = useMemo(() => groupDays(days ?? []), [days]);
  return (
    <ChartCard
      ref={ref}
      heading={words.agentCreation}
      note={format.count(total)}
      loading={days ? false : 'bars'}
      isEmpty={total === 0}
      table={() => ({
        columns: [
          { label: words.date },
          { label: words.agentsJoined, numeric: true },
          { label: words.runs, numeric: true },
        ],
        rows: (days ?? []).map(({ day, agents, runsStarted }) => ({
          key: String(day),
          cells: [
            { text: zone.date(zone.startOf(day)), value: format.machineTime(zone.startOf(day)) },
            { text: format.count(agents), value: agents },
            { text: format.count(runsStarted), value: runsStarted },
          ],
        })),
      })}
      {...rest}
    >
      <PatternSheet id={id} />
      <Drawing
        kind="bars"
        rows={bars.map(({ day, last, agents, runsStarted }) => ({
          x: zone.startOf(day),
          values: [agents],
          tip: () => [
            words.dates(zone.date(zone.startOf(day)), zone.date(zone.startOf(last))),
            words.part(words.agentsJoined, format.count(agents)),
            words.part(words.runs, format.count(runsStarted)),
          ],
        }))}
        parts={1}
        patternId={id}
        label={words.chart(words.agentCreation, format.count(total))}
        formatX={zone.shortDate}
        formatY={format.compact}
        whole
      />
    </ChartCard>
  );
});
