'use client';

import { DURATION_LIMITS } from '@fleetglass/core/client';
import type { Analytics } from '@fleetglass/core/client';
import { forwardRef, useState } from 'react';
import { SelectField } from '../components/parts/SelectField.js';
import { useTexts } from '../context/monitor-context.js';
import type { Texts } from '../context/monitor-context.js';
import { ChartCard } from './ChartCard.js';
import type { ChartProps } from './ChartCard.js';
import { chartsLabels } from './charts-labels.js';
import { Drawing } from './Drawing.js';
import type { AnalyticsRange } from './range.js';
import { PatternSheet } from './series.js';
import { usePatternId } from './usePatternId.js';
import { useAnalytics } from './useAnalytics.js';
import { zoneOf } from './zone.js';

export interface DurationHistogramProps extends ChartProps {
  /** @default the last 30 days */
  readonly range?: AnalyticsRange | undefined;
  /** Counts of the host by the classes of `DURATION_LIMITS`, instead of those that the monitor holds. */
  readonly data?: Analytics['durations'];
}

/** How many tasks or runs took how long, those that have ended. Renders again when a count changes. */
export const DurationHistogram = forwardRef<HTMLElement, DurationHistogramProps>(function DurationHistogram(
  { range, data, ...rest },
  ref,
) {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(chartsLabels);
  const id = usePatternId();
  const analytics = useAnalytics({ range }, data === undefined);
  const durations = data ?? analytics?.durations;
  const [of, setOf] = useState<keyof Analytics['durations']>('tasks');
  const counts = durations?.[of] ?? [];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const classes = classNames(texts);
  const nouns = { tasks: words.ofTasks, runs: words.ofRuns };
  return (
    <ChartCard
      ref={ref}
      heading={words.durations}
      loading={durations ? false : 'bars'}
      isEmpty={total === 0}
      tools={
        <SelectField
          label={words.measure}
          value={of}
          options={(['tasks', 'runs'] as const).map((value) => ({ value, label: nouns[value] }))}
          onChange={setOf}
        />
      }
      table={() => ({
        columns: [{ label: words.duration }, { label: nouns[of], numeric: true }],
        rows: counts.map((count, at) => ({
          key: String(at),
          cells: [{ text: classes[at] ?? '' }, { text: format.count(count), value: count }],
        })),
      })}
      {...rest}
    >
      <PatternSheet id={id} />
      <Drawing
        kind="bars"
        rows={counts.map((count, x) => ({
          x,
          values: [count],
          tip: () => [
            classes[x] ?? '',
            words.part(nouns[of], format.count(count)),
            format.percent(count / total),
          ],
        }))}
        parts={1}
        patternId={id}
        label={words.chart(words.durations, nouns[of])}
        formatX={(x) => shortName(x, texts)}
        formatY={format.compact}
        whole
      />
    </ChartCard>
  );
});

/** Where a class begins, for an axis that has little room. */
function shortName(at: number, { labels, format }: Texts): string {
  const words = labels(chartsLabels);
  const first = zoneOf(format).roundDuration(DURATION_LIMITS[Math.max(0, at - 1)] ?? 0);
  return at === 0 ? words.upTo(first) : first;
}

function classNames({ labels, format }: Texts): readonly string[] {
  const words = labels(chartsLabels);
  const limits = DURATION_LIMITS.map((limit) => zoneOf(format).roundDuration(limit));
  return [
    words.upTo(limits[0] ?? ''),
    ...limits.slice(1).map((limit, at) => words.between(limits[at] ?? '', limit)),
    words.from(limits.at(-1) ?? ''),
  ];
}
