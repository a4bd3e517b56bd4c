'use client';

import { costPer1kTokens, DIMENSIONS } from '@fleetglass/core/client';
import type { Analytics, Dimension, Slice } from '@fleetglass/core/client';
import { forwardRef, useMemo, useState } from 'react';
import { describeCost } from '../components/cost/describe-cost.js';
import { SelectField } from '../components/parts/SelectField.js';
import { useTexts } from '../context/monitor-context.js';
import { ChartCard } from './ChartCard.js';
import type { ChartProps } from './ChartCard.js';
import { chartsLabels } from './charts-labels.js';
import { sumOf } from './cost-sum.js';
import { costCells, costColumns, costNotes, nameText, shareText, tokensOf } from './describe.js';
import type { AnalyticsRange } from './range.js';
import { RankedBars } from './RankedBars.js';
import { useAnalytics } from './useAnalytics.js';
import { zoneOf } from './zone.js';

/** A dimension, the date, or a label as `label:name`. */
export type BreakdownBy = Dimension | 'date' | `label:${string}`;

export interface CostBreakdownProps extends ChartProps {
  /** Only this run, all of its days unless there is a range. @default all runs */
  readonly runId?: string | undefined;
  /** @default the last 30 days */
  readonly range?: AnalyticsRange | undefined;
  /** Figures of the host instead of those that the monitor holds. Pass a memoised object. */
  readonly data?: Pick<Analytics, 'by' | 'byLabel' | 'days'>;
  /** What the amounts are split by at first. @default 'agent' */
  readonly defaultBy?: BreakdownBy;
}

const MOST_ROWS = 10;
const LABEL = 'label:';

/** Who or what the money was spent on, the most costly first. Renders again when an amount changes. */
export const CostBreakdown = forwardRef<HTMLElement, CostBreakdownProps>(function CostBreakdown(
  { runId, range, data, defaultBy = 'agent', ...rest },
  ref,
) {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(chartsLabels);
  const zone = zoneOf(format);
  const own = useAnalytics({ range, runId }, data === undefined);
  const analytics = data ?? own;
  const [by, setBy] = useState<BreakdownBy>(defaultBy);
  const slices = useMemo(() => (analytics ? slicesBy(analytics, by, zone) : []), [analytics, by, zone]);
  const most = Math.max(0, ...slices.map(({ cost }) => cost.nanoUsd));
  const total = useMemo(() => sumOf(slices), [slices]);
  const fields: readonly BreakdownBy[] = [
    ...DIMENSIONS,
    'date',
    ...Object.keys(analytics?.byLabel ?? {}).map((name) => `${LABEL}${name}` as const),
  ];
  const nameOf = ({ name, others }: Slice): string => nameText(name, texts, others);
  const fieldName = (field: BreakdownBy): string =>
    isLabel(field) ? words.label(nameText(field.slice(LABEL.length), texts)) : words.dimension[field];
  return (
    <ChartCard
      ref={ref}
      heading={words.costBreakdown}
      loading={analytics ? false : 'bars'}
      ofRun={runId !== undefined}
      isEmpty={total.nanoUsd === 0 && total.unknownCalls === 0}
      footnotes={costNotes(total, texts)}
      tools={
        <SelectField
          label={words.by}
          showLabel
          value={by}
          options={fields.map((value) => ({ value, label: fieldName(value) }))}
          onChange={setBy}
        />
      }
      table={() => ({
        columns: [
          { label: fieldName(by) },
          ...costColumns(texts),
          { label: words.tokens, numeric: true },
          { label: words.calls, numeric: true },
          { label: words.costPer1k, numeric: true },
        ],
        rows: slices.map((slice, at) => {
          const per1k = costPer1kTokens(slice);
          return {
            key: String(at),
            cells: [
              { text: nameOf(slice) },
              ...costCells(slice.cost, texts),
              { text: format.count(tokensOf(slice)), value: tokensOf(slice) },
              { text: format.count(slice.modelCalls), value: slice.modelCalls },
              {
                text: per1k === undefined ? words.unknown : format.money(per1k),
                value: per1k === undefined ? undefined : per1k / 1e9,
              },
            ],
          };
        }),
      })}
      {...rest}
    >
      <RankedBars
        label={words.chart(words.costBreakdown, fieldName(by))}
        rows={slices.slice(0, MOST_ROWS).map((slice, at) => {
          const { text, hint } = describeCost(slice.cost, texts);
          const simulated = slice.cost.byBasis.simulated ?? 0;
          return {
            key: `${at} ${slice.name}`,
            name: nameOf(slice),
            share: most > 0 ? slice.cost.nanoUsd / most : 0,
            hatched: slice.cost.nanoUsd > 0 ? simulated / slice.cost.nanoUsd : 0,
            value: text,
            hint,
            note:
              total.nanoUsd > 0 && slice.cost.nanoUsd > 0
                ? shareText(slice.cost.nanoUsd / total.nanoUsd, texts)
                : '',
          };
        })}
        more={slices.length > MOST_ROWS ? words.more(slices.length - MOST_ROWS) : undefined}
      />
    </ChartCard>
  );
});

const isLabel = (by: BreakdownBy): by is `label:${string}` => by.startsWith(LABEL);

function slicesBy(
  { by: parts, byLabel, days }: Pick<Analytics, 'by' | 'byLabel' | 'days'>,
  by: BreakdownBy,
  zone: { readonly startOf: (day: number) => number; readonly date: (ms: number) => string },
): readonly Slice[] {
  if (isLabel(by)) return byLabel[by.slice(LABEL.length)] ?? [];
  if (by !== 'date') return parts[by].filter(({ cost }) => cost.nanoUsd > 0 || cost.unknownCalls > 0);
  return days
    .filter(({ cost }) => cost.nanoUsd > 0 || cost.unknownCalls > 0)
    .map((day) => ({ ...day, name: zone.date(zone.startOf(day.day)) }))
    .reverse();
}
