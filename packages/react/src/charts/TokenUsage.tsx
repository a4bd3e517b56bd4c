'use client';

import { cacheEfficiency, costPer1kTokens, NO_AMOUNT } from '@fleetglass/core/client';
import type { Amount, DayAmount, UsageTotals } from '@fleetglass/core/client';
import { forwardRef, useContext, useMemo } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { ChartCard, ToldAbove } from './ChartCard.js';
import type { ChartProps } from './ChartCard.js';
import { chartsLabels } from './charts-labels.js';
import { addAmounts, groupDays } from './group-days.js';
import { tokensOf } from './describe.js';
import { Drawing } from './Drawing.js';
import type { AnalyticsRange } from './range.js';
import { Legend, PatternSheet } from './series.js';
import { usePatternId } from './usePatternId.js';
import { useAnalytics } from './useAnalytics.js';
import { zoneOf } from './zone.js';

export interface TokenUsageProps extends ChartProps {
  /** @default the last 30 days */
  readonly range?: AnalyticsRange | undefined;
  /** Figures of the host instead of those that the monitor holds. Pass a memoised list. */
  readonly data?: readonly DayAmount[];
}

/** The classes that stand on each other; none is counted twice. */
const CLASSES: readonly ((usage: UsageTotals) => number)[] = [
  (usage) => Math.max(0, usage.inputTokens - usage.cacheReadTokens - writtenOf(usage)),
  (usage) => writtenOf(usage),
  (usage) => usage.cacheReadTokens,
  (usage) => usage.outputTokens,
];
const writtenOf = (usage: UsageTotals): number => usage.cacheWrite5mTokens + usage.cacheWrite1hTokens;

/** Tokens by class and day, with how much the cache gave and what 1,000 tokens cost. */
export const TokenUsage = forwardRef<HTMLElement, TokenUsageProps>(function TokenUsage(
  { range, data, ...rest },
  ref,
) {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(chartsLabels);
  const zone = zoneOf(format);
  const id = usePatternId();
  const toldAbove = useContext(ToldAbove);
  const analytics = useAnalytics({ range }, data === undefined);
  const days = data ?? analytics?.days;
  const total: Amount = useMemo(() => (days ?? []).reduce(addAmounts, NO_AMOUNT), [days]);
  const bars = useMemo(() => groupDays(days ?? []), [days]);
  const names = [words.uncachedInput, words.cacheWrite, words.cacheRead, words.output];
  const cached = cacheEfficiency(total.usage);
  const per1k = costPer1kTokens(total);
  const dateOf = ({ day, last }: { readonly day: number; readonly last: number }): string =>
    words.dates(zone.date(zone.startOf(day)), zone.date(zone.startOf(last)));
  return (
    <ChartCard
      ref={ref}
      heading={words.tokenUsage}
      note={format.compact(tokensOf(total))}
      loading={days ? false : 'bars'}
      isEmpty={tokensOf(total) === 0}
      table={() => ({
        columns: [
          { label: words.date },
          ...[...names, words.reasoning, words.cacheEfficiency].map((label) => ({ label, numeric: true })),
        ],
        rows: (days ?? []).map(({ day, usage }) => {
          const share = cacheEfficiency(usage);
          const counts = [...CLASSES.map((read) => read(usage)), usage.reasoningTokens];
          return {
            key: String(day),
            cells: [
              { text: zone.date(zone.startOf(day)), value: format.machineTime(zone.startOf(day)) },
              ...counts.map((count) => ({ text: format.count(count), value: count })),
              { text: share === undefined ? words.unknown : format.percent(share), value: share },
            ],
          };
        }),
      })}
      {...rest}
    >
      <PatternSheet id={id} />
      {toldAbove ? null : (
        <dl className="fg-chart-figures">
          <div title={words.cacheEfficiencyHint}>
            <dt>{words.cacheEfficiency}</dt>
            <dd>{cached === undefined ? words.unknown : format.percent(cached)}</dd>
          </div>
          <div title={words.costPer1kHint}>
            <dt>{words.costPer1k}</dt>
            <dd>{per1k === undefined ? words.unknown : format.money(per1k)}</dd>
          </div>
        </dl>
      )}
      <Drawing
        kind="bars"
        height={190}
        rows={bars.map((bar) => ({
          x: zone.startOf(bar.day),
          values: CLASSES.map((read) => read(bar.usage)),
          tip: () => [
            dateOf(bar),
            ...names.map((name, at) => words.part(name, format.count(CLASSES[at]?.(bar.usage) ?? 0))),
          ],
        }))}
        parts={CLASSES.length}
        patternId={id}
        label={words.chart(words.tokenUsage, format.compact(tokensOf(total)))}
        formatX={zone.shortDate}
        formatY={format.compact}
        whole
      />
      <Legend id={id} names={names} />
    </ChartCard>
  );
});
