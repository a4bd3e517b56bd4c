'use client';

import { dayOf } from '@fleetglass/core/client';
import type { Analytics as AnalyticsData, MonitorSnapshot } from '@fleetglass/core/client';
import { forwardRef, useCallback, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { EmptyNote } from '../components/parts/EmptyNote.js';
import { PartBoundary } from '../components/parts/PartBoundary.js';
import { SkeletonRows } from '../components/parts/SkeletonRows.js';
import { useMonitorSource, useTexts } from '../context/monitor-context.js';
import { useMonitorSelector } from '../hooks/useMonitorSelector.js';
import { cx } from '../lib/cx.js';
import { AgentCreation } from './AgentCreation.js';
import { AnalyticsFigures } from './AnalyticsFigures.js';
import { chartsLabels } from './charts-labels.js';
import { CostBreakdown } from './CostBreakdown.js';
import { CostTrend } from './CostTrend.js';
import { ToldAbove } from './ChartCard.js';
import { costNotes, partialNotes, tokensOf } from './describe.js';
import { DurationHistogram } from './DurationHistogram.js';
import { ModelUsage } from './ModelUsage.js';
import { PeakHours } from './PeakHours.js';
import { RangeField } from './RangeField.js';
import type { AnalyticsRange } from './range.js';
import { SuccessRate } from './SuccessRate.js';
import { TokenUsage } from './TokenUsage.js';
import { ToolFrequency } from './ToolFrequency.js';
import { TopCosts } from './TopCosts.js';
import { useAnalytics } from './useAnalytics.js';
import { zoneOf } from './zone.js';

export interface AnalyticsProps extends Omit<ComponentPropsWithoutRef<'section'>, 'onChange'> {
  /** Which days are shown; serialisable, so that a host can keep it in a link. Without it the component keeps its own. */
  readonly value?: AnalyticsRange;
  readonly onChange?: (value: AnalyticsRange) => void;
  /** Figures of the host for that period instead of those that the monitor holds. Pass a memoised object. */
  readonly data?: AnalyticsData;
  /** Makes the names of runs and tasks buttons. */
  readonly onOpenRun?: (runId: string) => void;
}

/**
 * Everything that was spent and done in a period, compared with the period before. Renders again when a figure changes,
 * at most at the pace of `useAnalytics`.
 */
export const Analytics = forwardRef<HTMLElement, AnalyticsProps>(function Analytics(
  { value, onChange, data, onOpenRun, className, ...rest },
  ref,
) {
  const texts = useTexts();
  const words = texts.labels(chartsLabels);
  const [own, setOwn] = useState<AnalyticsRange>({ days: 30 });
  const range = value ?? own;
  const held = useAnalytics({ range }, data === undefined);
  const analytics = data ?? held;
  const today = useToday();
  const change = (next: AnalyticsRange): void => {
    setOwn(next);
    onChange?.(next);
  };
  const zone = zoneOf(texts.format);
  const notes = analytics
    ? [...costNotes(analytics.total.cost, texts), ...partialNotes(analytics, texts)]
    : [];
  const points = useMemo(
    () => analytics?.days.map(({ day, cost }) => ({ time: zone.startOf(day), cost })),
    [analytics?.days, zone],
  );
  /** A chart that is not given its data yet shows the shape of what is coming. */
  const given = <T,>(part: T | undefined): { readonly data?: T; readonly range: AnalyticsRange } =>
    part === undefined ? { range } : { data: part, range };
  const charts = [
    <CostTrend key="trend" className="fg-analytics-wide" {...given(points)} />,
    <ModelUsage key="models" {...given(analytics?.by.model)} />,
    <CostBreakdown key="breakdown" {...given(analytics)} />,
    <TopCosts key="top" {...given(analytics)} {...(onOpenRun ? { onOpenRun } : {})} />,
    <TokenUsage key="tokens" className="fg-analytics-wide" {...given(analytics?.days)} />,
    <PeakHours key="hours" {...given(analytics?.hours)} />,
    <SuccessRate key="success" {...given(analytics?.outcomes)} />,
    <ToolFrequency key="tools" {...given(analytics?.tools)} />,
    <DurationHistogram key="durations" {...given(analytics?.durations)} />,
    <AgentCreation key="agents" {...given(analytics?.days)} />,
  ];
  return (
    <section ref={ref} className={cx('fg-analytics', className)} aria-label={words.analytics} {...rest}>
      <header className="fg-analytics-head">
        <p className="fg-analytics-period">
          {analytics ? (
            <>
              {words.dates(zone.date(zone.startOf(analytics.from)), zone.date(zone.startOf(analytics.to)))}{' '}
              <span>{words.comparedWith(analytics.to - analytics.from + 1)}</span>
            </>
          ) : null}
        </p>
        <RangeField value={range} onChange={change} today={today} />
      </header>
      {analytics ? <AnalyticsFigures data={analytics} /> : <SkeletonRows rows={2} />}
      {notes.length > 0 ? (
        <ul className="fg-chart-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
      {analytics && isSilent(analytics) ? (
        <EmptyNote heading={words.empty} hint={words.emptyHint} />
      ) : (
        <ToldAbove.Provider value={true}>
          <div className="fg-analytics-grid">
            {charts.map((chart) => (
              <PartBoundary key={chart.key}>{chart}</PartBoundary>
            ))}
          </div>
        </ToldAbove.Provider>
      )}
    </section>
  );
});

/** Ten charts of nothing would say it ten times. */
const isSilent = ({ days, total, outcomes, tools }: AnalyticsData): boolean =>
  total.runs.started === 0 &&
  total.cost.nanoUsd === 0 &&
  total.cost.unknownCalls === 0 &&
  tokensOf(total) === 0 &&
  outcomes.length === 0 &&
  tools.length === 0 &&
  days.every(({ agents }) => agents === 0);

function useToday(): number {
  const { clock, logTime, recorded } = useMonitorSource();
  const { offsetAt } = zoneOf(useTexts().format);
  return useMonitorSelector(
    useCallback(
      ({ state, mode }: MonitorSnapshot) =>
        dayOf(
          mode === 'replay' || recorded ? state.time : Math.max(state.time, logTime.at(clock.now())),
          offsetAt,
        ),
      [clock, logTime, recorded, offsetAt],
    ),
  );
}
