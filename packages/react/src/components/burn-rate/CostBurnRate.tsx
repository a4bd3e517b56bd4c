'use client';

import { isFinal } from '@fleetglass/core/client';
import type { FleetState, MonitorSnapshot, RunState } from '@fleetglass/core/client';
import { forwardRef, useCallback, useId } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import type { Texts } from '../../context/monitor-context.js';
import { budgetProgress } from '../../derive/budget-progress.js';
import type { BudgetProgress } from '../../derive/budget-progress.js';
import { burnColumns, burnPerMinute } from '../../derive/burn.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useRunNow } from '../../hooks/useNow.js';
import { isShallowEqual } from '../../hooks/selection.js';
import { cx } from '../../lib/cx.js';
import { SpendLine } from './SpendLine.js';

export interface CostBurnRateProps extends ComponentPropsWithoutRef<'section'> {
  readonly runId: string;
}

const WEEK_MS = 7 * 86_400_000;

const select = ({ status, spend, totals, startedAt, createdAt, endedAt, lastEventAt, source }: RunState) => ({
  status,
  spend,
  cost: totals.cost,
  startedAt,
  createdAt,
  endedAt,
  lastEventAt,
  source,
});

/**
 * USD a minute and an hour as a one-minute average, its history as a line, and when a limit would be reached. Renders
 * again at the cost cadence while money is spent, and each second while the run goes on.
 */
export const CostBurnRate = forwardRef<HTMLElement, CostBurnRateProps>(function CostBurnRate(
  { runId, className, ...rest },
  ref,
) {
  const { cadence } = useMonitorSource();
  const texts = useTexts();
  const titleId = useId();
  const run = useRunPart(runId, select, cadence.cost);
  const now = useRunNow(run);
  const limit = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => moneyLimit(state, runId), [runId]),
    { isEqual: isEqualOrNone, periodMs: cadence.cost },
  );
  if (!run) return null;
  const { labels, format } = texts;
  const words = labels.burnRate;
  const over = isFinal(run.status);
  const start = run.startedAt ?? run.createdAt;
  const unpriced = run.cost.unknownCalls > 0 && run.cost.nanoUsd === 0;
  const average = now > start ? (run.cost.nanoUsd / (now - start)) * 60_000 : undefined;
  const rate = unpriced ? undefined : over ? average : burnPerMinute(run.spend, start, now);
  const bound = (text: string): string => (run.cost.unknownCalls > 0 ? labels.cost.atLeast(text) : text);
  const simulated = (run.cost.byBasis.simulated ?? 0) > 0;
  const peak = Math.max(0, ...burnColumns(run.spend, start, now, 300));

  return (
    <section ref={ref} className={cx('fg-card fg-burn', className)} aria-labelledby={titleId} {...rest}>
      <div className="fg-card-head">
        <h3 className="fg-card-title" id={titleId}>
          {words.title}
        </h3>
        {simulated ? (
          <span className="fg-tag" data-tone="simulated" title={words.simulatedHint}>
            {words.simulated}
          </span>
        ) : null}
        <span className="fg-card-note">{words.window}</span>
      </div>
      <div className="fg-burn-body">
        <div className="fg-burn-figures">
          <p className="fg-figure">
            <span className="fg-figure-value">
              {rate === undefined ? words.unknown : bound(format.money(rate))}
            </span>
            <span className="fg-figure-unit">{words.perMinute}</span>
          </p>
          <p className="fg-burn-hour">
            {rate === undefined
              ? unpriced
                ? words.unpriced
                : words.tooEarly
              : words.perHourText(bound(format.money(rate * 60)))}
          </p>
        </div>
        <figure className="fg-burn-line">
          <SpendLine
            series={run.spend}
            since={start}
            until={now}
            aria-label={words.line(format.money(peak))}
          />
          <figcaption>{words.peak(format.money(peak))}</figcaption>
        </figure>
      </div>
      <p className="fg-burn-end">
        <span className="fg-burn-end-name">{words.toLimit}</span>{' '}
        {projection(limit, over ? 0 : rate, now, over, texts)}
      </p>
    </section>
  );
});

function isEqualOrNone(a: BudgetProgress | undefined, b: BudgetProgress | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isShallowEqual(a, b));
}

/** The limit in USD that the run comes to first. */
function moneyLimit(state: FleetState, runId: string): BudgetProgress | undefined {
  let nearest: BudgetProgress | undefined;
  for (const key of state.budgets.ids()) {
    const budget = state.budgets.get(key);
    if (budget?.unit !== 'usd' || (budget.scope.kind !== 'run' && budget.scope.kind !== 'fleet')) continue;
    if (budget.runId !== undefined && budget.runId !== runId) continue;
    const progress = budgetProgress(state, key, state.time);
    if (!progress) continue;
    if (!nearest || room(progress) < room(nearest)) nearest = progress;
  }
  return nearest;
}

const room = ({ budget, spent }: BudgetProgress): number => budget.limit - spent;

function projection(
  limit: BudgetProgress | undefined,
  rate: number | undefined,
  now: number,
  over: boolean,
  { labels, format }: Texts,
): string {
  const words = labels.burnRate;
  if (!limit) return words.noLimit;
  const left = room(limit);
  if (limit.reached || left <= 0) return words.limitReached;
  if (over) return labels.budget.left(format.money(left));
  if (rate === undefined) return words.tooEarly;
  if (rate <= 0) return words.notSpending;
  const ms = (left / rate) * 60_000;
  return ms > WEEK_MS ? words.limitFar : words.toLimitText(format.duration(ms), format.shortTime(now + ms));
}
