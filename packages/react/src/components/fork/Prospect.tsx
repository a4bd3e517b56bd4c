'use client';

import { sumCosts } from '@fleetglass/core/client';
import type { CheckpointView, CostTotals } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { describeCost } from '../cost/describe-cost.js';
import { forkLabels } from './fork-labels.js';

export interface ProspectProps {
  readonly checkpoint: CheckpointView;
  /** Cost of the whole run so far. */
  readonly total: CostTotals;
  readonly goesOn: boolean;
}

/** What a fork takes over, and what running on will about cost. */
export function Prospect({ checkpoint: { completed, spent }, total, goesOn }: ProspectProps): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(forkLabels);
  const again = describeCost(sumCosts(total, spent, -1), texts);
  const saved = describeCost(spent, texts);
  return (
    <dl className="fg-facts" data-figures="">
      <div className="fg-fact">
        <dt>{words.takenOver}</dt>
        <dd>{words.takenOverTasks(format.count(completed))}</dd>
        <dd className="fg-quiet">{words.takenOverNote}</dd>
      </div>
      <div className="fg-fact">
        <dt>{words.spent}</dt>
        <dd title={saved.hint}>{saved.text}</dd>
        <dd className="fg-quiet" data-simulated={saved.simulated || undefined}>
          {saved.note === '' ? words.spentNote : saved.note}
        </dd>
      </div>
      <div className="fg-fact">
        <dt>{words.again}</dt>
        <dd title={again.hint}>
          {again.certainty === 'unknown' ? again.text : words.againAmount(again.text, goesOn)}
        </dd>
        <dd className="fg-quiet">{words.againNote}</dd>
      </div>
    </dl>
  );
}
