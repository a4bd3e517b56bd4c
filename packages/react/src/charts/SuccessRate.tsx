'use client';

import type { TypeOutcome } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { ChartCard } from './ChartCard.js';
import type { ChartProps } from './ChartCard.js';
import { chartsLabels } from './charts-labels.js';
import { nameText } from './describe.js';
import type { AnalyticsRange } from './range.js';
import { RankedBars } from './RankedBars.js';
import { useAnalytics } from './useAnalytics.js';

export interface SuccessRateProps extends ChartProps {
  /** @default the last 30 days */
  readonly range?: AnalyticsRange | undefined;
  /** Figures of the host instead of those that the monitor holds. Pass a memoised list. */
  readonly data?: readonly TypeOutcome[];
}

const MOST_ROWS = 10;

/** Completed tasks among those that completed or failed, by task type. Renders again when a count changes. */
export const SuccessRate = forwardRef<HTMLElement, SuccessRateProps>(function SuccessRate(
  { range, data, ...rest },
  ref,
) {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(chartsLabels);
  const analytics = useAnalytics({ range }, data === undefined);
  const outcomes = data ?? analytics?.outcomes;
  const rated = (outcomes ?? []).filter(({ completed, failed }) => completed + failed > 0);
  const rateOf = ({ completed, failed }: TypeOutcome): number | undefined =>
    completed + failed > 0 ? completed / (completed + failed) : undefined;
  const write = (rate: number | undefined): string =>
    rate === undefined ? words.unknown : format.percent(rate);
  return (
    <ChartCard
      ref={ref}
      heading={words.successRate}
      loading={outcomes ? false : 'bars'}
      isEmpty={rated.length === 0}
      table={() => ({
        columns: [
          { label: words.type },
          ...[words.rate, words.completed, words.failed, words.otherEnds].map((label) => ({
            label,
            numeric: true,
          })),
        ],
        rows: (outcomes ?? []).map((outcome, at) => ({
          key: String(at),
          cells: [
            { text: nameText(outcome.name, texts) },
            { text: write(rateOf(outcome)), value: rateOf(outcome) },
            ...[outcome.completed, outcome.failed, outcome.other].map((count) => ({
              text: format.count(count),
              value: count,
            })),
          ],
        })),
      })}
      {...rest}
    >
      <RankedBars
        label={words.successRate}
        rows={rated.slice(0, MOST_ROWS).map((outcome) => ({
          key: outcome.name,
          name: nameText(outcome.name, texts),
          share: rateOf(outcome) ?? 0,
          value: write(rateOf(outcome)),
          note: words.succeeded(
            format.count(outcome.completed),
            format.count(outcome.completed + outcome.failed),
          ),
        }))}
        more={rated.length > MOST_ROWS ? words.more(rated.length - MOST_ROWS) : undefined}
      />
    </ChartCard>
  );
});
