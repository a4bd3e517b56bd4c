'use client';

import type { CostTotals, RunState } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useNearestBudget } from '../../hooks/useBudget.js';
import { useFleetBurn } from '../../hooks/useFleet.js';
import { useNow } from '../../hooks/useNow.js';
import { useCost, useCostSince } from '../../hooks/useUsage.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { plainText } from '../../lib/plain-text.js';
import { Meter } from '../budget/Meter.js';
import { burnRateLabels } from '../burn-rate/burn-rate-labels.js';
import { describeCost } from '../cost/describe-cost.js';
import { costLabels } from '../cost/cost-labels.js';
import { FleetFigure } from './FleetFigure.js';
import { fleetLabels } from './fleet-labels.js';

/** What was spent and how fast, and the limit that comes first. Renders again at the cost cadence, and each second. */
export function FleetMoney(): ReactElement {
  const { recorded } = useMonitorSource();
  const { labels, format } = useTexts();
  const now = useNow();
  const today = useCostSince(format.startOfDay(now));
  const month = useCostSince(format.startOfMonth(now));
  const all = useCost();
  const words = labels(fleetLabels);
  return (
    <>
      <h4 className="fg-card-title">{words.money}</h4>
      <dl className="fg-fleet-figures">
        {recorded ? null : (
          <>
            <CostFigure name={words.today} cost={today} />
            <BurnFigure />
            <CostFigure name={words.month} cost={month} />
          </>
        )}
        {all ? <CostFigure name={words.all} cost={all} /> : null}
      </dl>
      {recorded ? null : <NearestLimit />}
    </>
  );
}

function CostFigure({ name, cost }: { readonly name: string; readonly cost: CostTotals }): ReactElement {
  const texts = useTexts();
  const { text, note, hint, simulated } = describeCost(cost, texts);
  return (
    <FleetFigure
      name={name}
      value={text}
      hint={hint}
      note={note === '' ? texts.labels(fleetLabels).noSpend : note}
      simulated={simulated}
    />
  );
}

function BurnFigure(): ReactElement {
  const { labels, format } = useTexts();
  const { perMinute, perHour, lowerBound, unpriced, simulated } = useFleetBurn();
  const words = labels(fleetLabels);
  const bound = (text: string): string => (lowerBound ? labels(costLabels).atLeast(text) : text);
  return (
    <FleetFigure
      name={words.burn}
      value={
        perMinute === undefined ? (
          labels(burnRateLabels).unknown
        ) : (
          <>
            {bound(format.money(perMinute))}
            <span className="fg-figure-unit">{labels(burnRateLabels).perMinute}</span>
          </>
        )
      }
      note={
        perHour === undefined
          ? unpriced
            ? labels(burnRateLabels).unpriced
            : labels(burnRateLabels).tooEarly
          : labels(burnRateLabels).perHourText(bound(format.money(perHour)))
      }
      simulated={simulated}
    />
  );
}

const selectName = ({ name }: RunState) => ({ name });

function NearestLimit(): ReactElement | null {
  const nearest = useNearestBudget();
  const run = useRunPart(nearest?.budget.runId ?? '', selectName);
  const { labels } = useTexts();
  if (!nearest) return null;
  const words = labels(fleetLabels);
  return (
    <div className="fg-fleet-limit">
      <p className="fg-quiet">
        {words.nearest}
        {run ? <>: {plainText(run.name)}</> : null}
      </p>
      <Meter key={nearest.key} budgetKey={nearest.key} />
    </div>
  );
}
