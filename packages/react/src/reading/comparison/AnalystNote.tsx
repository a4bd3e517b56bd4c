'use client';

import type { AnalystEffect } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { describeCost } from '../../components/cost/describe-cost.js';
import { comparisonLabels } from './comparison-labels.js';

/** What an ANALYST that only one run had cost and brought, or why nobody can say. Renders again with its props. */
export function AnalystNote({ effect }: { readonly effect: AnalystEffect }): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(comparisonLabels);
  const { cost, savedNanoUsd, returnOnCost, unknown } = effect;
  const own = describeCost(cost, texts);
  return (
    <section className="fg-comparison-analyst" aria-label={words.analyst}>
      <h4 className="fg-card-title">{words.analyst}</h4>
      <p>{words.analystWith[effect.with]}</p>
      <dl className="fg-facts" data-figures="">
        <div className="fg-fact">
          <dt>{words.analystCost}</dt>
          <dd title={own.hint}>{own.text}</dd>
        </div>
        {savedNanoUsd === undefined ? null : (
          <div className="fg-fact">
            <dt>{savedNanoUsd < 0 ? words.analystLost : words.analystSaved}</dt>
            <dd>{format.money(Math.abs(savedNanoUsd))}</dd>
          </div>
        )}
        {returnOnCost === undefined ? null : (
          <div className="fg-fact">
            <dt>{words.analystReturn}</dt>
            <dd>{words.analystReturnValue(format.ratio(returnOnCost))}</dd>
          </div>
        )}
      </dl>
      <p className="fg-card-note">{unknown ? words.analystUnknown[unknown] : words.analystNote}</p>
    </section>
  );
}
