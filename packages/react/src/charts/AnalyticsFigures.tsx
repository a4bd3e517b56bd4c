'use client';

import { cacheEfficiency, costPer1kTokens } from '@fleetglass/core/client';
import type { Analytics, PeriodTotals } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { describeCost } from '../components/cost/describe-cost.js';
import { useTexts } from '../context/monitor-context.js';
import { chartsLabels } from './charts-labels.js';
import { simulatedOf, tokensOf } from './describe.js';

interface Figure {
  readonly label: string;
  readonly text: string;
  readonly hint?: string;
  /** Its value now and before; absent where they cannot be compared. */
  readonly now?: number | undefined;
  readonly before?: number | undefined;
  readonly comparable?: boolean;
  /** A share: its change is told in points. */
  readonly isShare?: boolean;
}

/** The totals of a period, each beside the same of the period before. Renders again only with its props. */
export function AnalyticsFigures({ data }: { readonly data: Analytics }): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(chartsLabels);
  const { total, before } = data;
  // Runs that were never seen here would look like a change.
  const isHeld = data.partial.heldSince === undefined;
  const isPriced = total.cost.unknownCalls === 0 && before.cost.unknownCalls === 0;
  const { text, hint } = describeCost(total.cost, texts);
  const cached = cacheEfficiency(total.usage);
  const per1k = costPer1kTokens(total);
  const success = successOf(total);
  const figures: readonly Figure[] = [
    {
      label: words.cost,
      text,
      hint,
      now: total.cost.nanoUsd,
      before: before.cost.nanoUsd,
      comparable: isPriced && simulatedOf(total.cost) === 0 && simulatedOf(before.cost) === 0,
    },
    {
      label: words.tokens,
      text: format.compact(tokensOf(total)),
      now: tokensOf(total),
      before: tokensOf(before),
    },
    {
      label: words.runs,
      text: format.count(total.runs.started),
      now: total.runs.started,
      before: before.runs.started,
    },
    {
      label: words.runsSucceeded,
      text: success === undefined ? words.unknown : format.percent(success),
      isShare: true,
      now: success,
      before: successOf(before),
    },
    {
      label: words.cacheEfficiency,
      hint: words.cacheEfficiencyHint,
      text: cached === undefined ? words.unknown : format.percent(cached),
      isShare: true,
      now: cached,
      before: cacheEfficiency(before.usage),
    },
    {
      label: words.costPer1k,
      hint: words.costPer1kHint,
      text: per1k === undefined ? words.unknown : format.money(per1k),
      now: per1k,
      before: costPer1kTokens(before),
    },
  ];
  const compare = ({ now, before: then, comparable = true, isShare = false }: Figure): string => {
    if (!comparable || !isHeld) return words.incomparable;
    if (then === undefined || then === 0 || now === undefined) return words.nothingBefore;
    const size = isShare
      ? words.points(format.count(100 * Math.abs(now - then)))
      : format.percent(Math.abs(now / then - 1));
    return words.signed(size, Math.sign(now - then));
  };
  return (
    <dl className="fg-analytics-figures">
      {figures.map((figure) => (
        <div key={figure.label} className="fg-analytics-figure">
          <dt>{figure.label}</dt>
          <dd className="fg-figure-value" title={figure.hint}>
            {figure.text}
          </dd>
          <dd className="fg-analytics-change">{compare(figure)}</dd>
        </div>
      ))}
    </dl>
  );
}

const successOf = ({ runs }: PeriodTotals): number | undefined =>
  runs.completed + runs.failed > 0 ? runs.completed / (runs.completed + runs.failed) : undefined;
