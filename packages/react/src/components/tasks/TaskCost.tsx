'use client';

import type { CostTotals, TaskSummary } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { describeCost } from '../cost/describe-cost.js';
import { tasksLabels } from './tasks-labels.js';

export interface TaskCostProps {
  readonly summary: TaskSummary;
  /** Of the task alone; absent for what is no task itself. */
  readonly own?: CostTotals | undefined;
}

/** What a task cost with all that is below it; its own share is in the hint. Renders again only with its props. */
export function TaskCost({ summary, own }: TaskCostProps): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(tasksLabels);
  const { cost } = summary.totals;
  const isNothing = cost.nanoUsd === 0 && cost.unknownCalls === 0;
  const { text, hint, certainty, simulated } = describeCost(cost, texts);
  const full =
    own && summary.tasks > 0
      ? words.costHint(hint, describeCost(own, texts).text, format.count(summary.tasks))
      : hint;
  return (
    <span
      className="fg-money"
      title={full}
      data-certainty={certainty}
      data-nothing={isNothing || undefined}
      data-simulated={(simulated && certainty === 'exact') || undefined}
    >
      {text}
    </span>
  );
}
