'use client';

import type { Slice } from '@fleetglass/core/client';
import { forwardRef, useMemo, useState } from 'react';
import { describeCost } from '../components/cost/describe-cost.js';
import { SelectField } from '../components/parts/SelectField.js';
import { useTexts } from '../context/monitor-context.js';
import { ChartCard } from './ChartCard.js';
import type { ChartProps } from './ChartCard.js';
import { chartsLabels } from './charts-labels.js';
import { sumOf } from './cost-sum.js';
import { costCells, costColumns, costNotes, nameText, shareText, tokensOf } from './describe.js';
import { mergeSmall } from './merge-small.js';
import type { AnalyticsRange } from './range.js';
import { Doughnut } from './Doughnut.js';
import { PatternSheet, STYLES, Swatch } from './series.js';
import { usePatternId } from './usePatternId.js';
import { useAnalytics } from './useAnalytics.js';

export interface ModelUsageProps extends ChartProps {
  /** Only this run, all of its days unless there is a range. @default all runs */
  readonly runId?: string | undefined;
  /** @default the last 30 days */
  readonly range?: AnalyticsRange | undefined;
  /** Figures of the host instead of those that the monitor holds. Pass a memoised list. */
  readonly data?: readonly Slice[];
}

type Measure = 'cost' | 'tokens' | 'calls';

/** What each model has of the cost, the tokens or the calls, as a ring with its figures beside it. */
export const ModelUsage = forwardRef<HTMLElement, ModelUsageProps>(function ModelUsage(
  { runId, range, data, ...rest },
  ref,
) {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(chartsLabels);
  const id = usePatternId();
  const analytics = useAnalytics({ range, runId }, data === undefined);
  const [measure, setMeasure] = useState<Measure>('cost');
  const models = data ?? analytics?.by.model;
  const used = useMemo(
    () => (models ?? []).filter((model) => model.modelCalls > 0 || tokensOf(model) > 0),
    [models],
  );
  const amountOf = MEASURES[measure];
  const slices = useMemo(() => mergeSmall(used, amountOf, STYLES), [used, amountOf]);
  const whole = slices.reduce((sum, slice) => sum + amountOf(slice), 0);
  const cost = useMemo(() => sumOf(used), [used]);
  const figureOf = (slice: Slice): string =>
    measure === 'cost' ? describeCost(slice.cost, texts).text : format.compact(amountOf(slice));
  const shareOf = (slice: Slice): string =>
    whole > 0 && !(measure === 'cost' && cost.unknownCalls > 0 && slice.cost.nanoUsd === 0)
      ? shareText(amountOf(slice) / whole, texts)
      : words.unknown;
  const nameOf = (slice: Slice): string => nameText(slice.name, texts, slice.others);
  return (
    <ChartCard
      ref={ref}
      heading={words.modelUsage}
      loading={models ? false : 'doughnut'}
      ofRun={runId !== undefined}
      isEmpty={used.length === 0}
      footnotes={measure === 'cost' ? costNotes(cost, texts) : []}
      tools={
        <SelectField
          label={words.measure}
          value={measure}
          options={(['cost', 'tokens', 'calls'] as const).map((value) => ({ value, label: words[value] }))}
          onChange={setMeasure}
        />
      }
      table={() => ({
        columns: [
          { label: words.dimension.model },
          ...costColumns(texts),
          { label: words.tokens, numeric: true },
          { label: words.calls, numeric: true },
        ],
        rows: used.map((slice, at) => ({
          key: String(at),
          cells: [
            { text: nameOf(slice) },
            ...costCells(slice.cost, texts),
            { text: format.count(tokensOf(slice)), value: tokensOf(slice) },
            { text: format.count(slice.modelCalls), value: slice.modelCalls },
          ],
        })),
      })}
      {...rest}
    >
      <PatternSheet id={id} />
      <div className="fg-doughnut">
        <div className="fg-doughnut-ring">
          <Doughnut
            size={168}
            parts={slices.map((slice) => ({
              amount: amountOf(slice),
              title: format.list([nameOf(slice), figureOf(slice), shareOf(slice)]),
            }))}
            patternId={id}
            label={words.chart(words.modelUsage, words[measure])}
          />
          <p className="fg-doughnut-middle">
            <strong>{measure === 'cost' ? describeCost(cost, texts).text : format.compact(whole)}</strong>
            {words[measure]}
          </p>
        </div>
        <ul className="fg-doughnut-list">
          {slices.map((slice, at) => (
            <li key={`${slice.name}${slice.others ?? ''}`}>
              <Swatch id={id} index={at} />
              <span className="fg-ranked-name">{nameOf(slice)}</span>
              <span className="fg-ranked-note">{shareOf(slice)}</span>
              <span className="fg-ranked-value">{figureOf(slice)}</span>
            </li>
          ))}
        </ul>
      </div>
    </ChartCard>
  );
});

const MEASURES: { readonly [M in Measure]: (slice: Slice) => number } = {
  cost: ({ cost }) => cost.nanoUsd,
  tokens: tokensOf,
  calls: ({ modelCalls }) => modelCalls,
};
