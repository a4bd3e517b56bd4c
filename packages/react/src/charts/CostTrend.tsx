'use client';

import { decimate, NO_AMOUNT } from '@fleetglass/core/client';
import type { CostTotals } from '@fleetglass/core/client';
import { forwardRef, useMemo, useState } from 'react';
import { describeCost } from '../components/cost/describe-cost.js';
import { createRunningSum } from './cost-sum.js';
import { useTexts } from '../context/monitor-context.js';
import { ChartCard } from './ChartCard.js';
import type { ChartProps } from './ChartCard.js';
import { chartsLabels } from './charts-labels.js';
import { costCells, costColumns, costNotes, partialNotes, simulatedOf } from './describe.js';
import { Drawing } from './Drawing.js';
import type { AnalyticsRange } from './range.js';
import { Legend, PatternSheet, SIMULATED } from './series.js';
import { usePatternId } from './usePatternId.js';
import { useAnalytics } from './useAnalytics.js';
import { zoneOf } from './zone.js';

/** What was spent from a moment to the next. */
export interface CostPoint {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly cost: CostTotals;
}

export interface CostTrendProps extends ChartProps {
  /** @default the last 30 days */
  readonly range?: AnalyticsRange | undefined;
  /** Figures of the host instead of those that the monitor holds, the oldest first; any number. Pass a memoised list. */
  readonly data?: readonly CostPoint[];
}

const timeOf = ({ time }: CostPoint): number => time;
/** Of what was paid for and of what was made up. */
const STYLES = [0, SIMULATED];

const amountOf = ({ cost }: CostPoint): number => cost.nanoUsd;

/** Points that are drawn at most; between them the lowest and highest of each piece. */
const MOST_POINTS = 400;

/**
 * What was spent each day, simulated cost hatched. Renders again when an amount changes, at most at the pace of
 * `useAnalytics`; an update costs the same for a hundred points and for a hundred thousand.
 */
export const CostTrend = forwardRef<HTMLElement, CostTrendProps>(function CostTrend(
  { range, data, ...rest },
  ref,
) {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(chartsLabels);
  const zone = zoneOf(format);
  const id = usePatternId();
  const analytics = useAnalytics({ range }, data === undefined);
  const days = analytics?.days;
  const points = useMemo(
    () => data ?? days?.map(({ day, cost }) => ({ time: zone.startOf(day), cost })) ?? [],
    [data, days, zone],
  );
  const rows = useMemo(() => {
    return decimate(points, MOST_POINTS, timeOf, amountOf).map(({ time: x, cost }) => ({
      x,
      values: [cost.nanoUsd - simulatedOf(cost), simulatedOf(cost)],
      tip: () => [zone.date(x), describeCost(cost, texts).text, ...costNotes(cost, texts)],
    }));
  }, [points, zone, texts]);
  const [sumOf] = useState(createRunningSum);
  const total = useMemo(
    () => (data ? sumOf(data) : (analytics?.total.cost ?? NO_AMOUNT.cost)),
    [data, analytics, sumOf],
  );
  const isSimulated = simulatedOf(total) > 0;
  const { text } = describeCost(total, texts);
  return (
    <ChartCard
      ref={ref}
      heading={words.costTrend}
      note={text}
      loading={data === undefined && !analytics ? 'trend' : false}
      isEmpty={total.nanoUsd === 0 && total.unknownCalls === 0}
      footnotes={[...costNotes(total, texts), ...(analytics ? partialNotes(analytics, texts) : [])]}
      table={() => ({
        columns: [{ label: words.date }, ...costColumns(texts)],
        rows: points.map(({ time, cost }, at) => ({
          key: String(at),
          cells: [{ text: zone.date(time), value: format.machineTime(time) }, ...costCells(cost, texts)],
        })),
      })}
      {...rest}
    >
      <PatternSheet id={id} />
      <Drawing
        kind="trend"
        rows={rows}
        parts={isSimulated ? 2 : 1}
        styles={STYLES}
        patternId={id}
        label={words.chart(words.costTrend, text)}
        formatX={zone.shortDate}
        formatY={zone.axisMoney}
      />
      {isSimulated ? <Legend id={id} names={[words.otherCost, words.simulatedName]} styles={STYLES} /> : null}
    </ChartCard>
  );
});
