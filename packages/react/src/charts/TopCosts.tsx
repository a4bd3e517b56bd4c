'use client';

import type { Analytics, CostTotals } from '@fleetglass/core/client';
import { forwardRef, useState } from 'react';
import { describeCost } from '../components/cost/describe-cost.js';
import { SelectField } from '../components/parts/SelectField.js';
import { useTexts } from '../context/monitor-context.js';
import { ChartCard } from './ChartCard.js';
import type { ChartProps } from './ChartCard.js';
import { chartsLabels } from './charts-labels.js';
import { sumOf } from './cost-sum.js';
import { costCells, costColumns, costNotes, nameText } from './describe.js';
import type { AnalyticsRange } from './range.js';
import { RankedBars } from './RankedBars.js';
import { useAnalytics } from './useAnalytics.js';

/** What is ranked by its cost. */
export type TopCostsOf = 'runs' | 'agents' | 'tasks';

export interface TopCostsProps extends ChartProps {
  /** @default the last 30 days */
  readonly range?: AnalyticsRange | undefined;
  /** Figures of the host instead of those that the monitor holds. Pass a memoised object. */
  readonly data?: Pick<Analytics, 'by' | 'topRuns' | 'topTasks'>;
  /** Makes the names of runs and tasks buttons. */
  readonly onOpenRun?: (runId: string) => void;
}

interface Costly {
  readonly key: string;
  readonly name: string;
  readonly runId?: string;
  readonly cost: CostTotals;
}

/** The ten runs, agents or tasks that cost most. Renders again when an amount changes. */
export const TopCosts = forwardRef<HTMLElement, TopCostsProps>(function TopCosts(
  { range, data, onOpenRun, ...rest },
  ref,
) {
  const texts = useTexts();
  const words = texts.labels(chartsLabels);
  const own = useAnalytics({ range }, data === undefined);
  const analytics = data ?? own;
  const [of, setOf] = useState<TopCostsOf>('runs');
  const top = analytics ? listOf(analytics, of) : [];
  const most = Math.max(1, ...top.map(({ cost }) => cost.nanoUsd));
  const total = sumOf(top);
  const nouns = { runs: words.ofRuns, agents: words.ofAgents, tasks: words.ofTasks };
  /** The id of a run tells apart those of one name, and nothing otherwise. */
  const isOnly = (name: string): boolean => top.filter((other) => other.name === name).length === 1;
  return (
    <ChartCard
      ref={ref}
      heading={words.topCosts}
      loading={analytics ? false : 'bars'}
      isEmpty={top.length === 0}
      footnotes={costNotes(total, texts)}
      tools={
        <SelectField
          label={words.measure}
          value={of}
          options={(['runs', 'agents', 'tasks'] as const).map((value) => ({ value, label: nouns[value] }))}
          onChange={setOf}
        />
      }
      table={() => ({
        columns: [{ label: words.name }, { label: words.run }, ...costColumns(texts)],
        rows: top.map((item) => ({
          key: item.key,
          cells: [
            { text: nameText(item.name, texts) },
            { text: item.runId === undefined ? '' : nameText(item.runId, texts) },
            ...costCells(item.cost, texts),
          ],
        })),
      })}
      {...rest}
    >
      <RankedBars
        label={words.chart(words.topCosts, nouns[of])}
        rows={top.map(({ key, name, runId, cost }) => {
          const { text, hint } = describeCost(cost, texts);
          const shown = nameText(name, texts);
          return {
            key,
            name:
              onOpenRun && runId !== undefined ? (
                <button
                  type="button"
                  className="fg-link"
                  title={words.openRun(shown)}
                  onClick={() => onOpenRun(runId)}
                >
                  {shown}
                </button>
              ) : (
                shown
              ),
            share: cost.nanoUsd / most,
            hatched: cost.nanoUsd > 0 ? (cost.byBasis.simulated ?? 0) / cost.nanoUsd : 0,
            value: text,
            hint,
            note: runId === undefined || isOnly(name) ? '' : nameText(runId, texts),
          };
        })}
      />
    </ChartCard>
  );
});

const MOST = 10;

function listOf(
  { by, topRuns, topTasks }: Pick<Analytics, 'by' | 'topRuns' | 'topTasks'>,
  of: TopCostsOf,
): readonly Costly[] {
  if (of === 'runs') return topRuns.map((run) => ({ key: run.runId, ...run })).filter(isCostly);
  if (of === 'tasks') {
    return topTasks.map(({ runId, taskId, name, totals }) => ({
      key: `${runId}/${taskId}`,
      name,
      runId,
      cost: totals.cost,
    }));
  }
  return by.agent
    .filter(isCostly)
    .slice(0, MOST)
    .map(({ name, cost, others }) => ({ key: `${name}${others ?? ''}`, name, cost }));
}

const isCostly = ({ cost }: { readonly cost: CostTotals }): boolean =>
  cost.nanoUsd > 0 || cost.unknownCalls > 0;
