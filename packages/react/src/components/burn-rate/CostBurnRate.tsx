'use client';

import { selectSpendLine, selectTimeToLimit } from '@fleetglass/core/client';
import type { BudgetProgress } from '@fleetglass/core/client';
import { forwardRef, useId } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import type { Texts } from '../../context/monitor-context.js';
import { leftOf, useNearestBudget, useNearestLimit } from '../../hooks/useBudget.js';
import { useBurn } from '../../hooks/useBurn.js';
import type { RunBurn } from '../../hooks/useBurn.js';
import { useFleetBurn } from '../../hooks/useFleet.js';
import { cx } from '../../lib/cx.js';
import { SimulatedWord } from '../cost/SimulatedTag.js';
import { SpendLine } from './SpendLine.js';
import { burnRateLabels } from './burn-rate-labels.js';
import { costLabels } from '../cost/cost-labels.js';

export interface CostBurnRateProps extends ComponentPropsWithoutRef<'section'> {
  /** @default all runs together, over the last hour */
  readonly runId?: string | undefined;
}

const WEEK_MS = 7 * 86_400_000;

/**
 * USD a minute and an hour as a one-minute average, its history as a line, and when a limit would be reached. Renders
 * again at the cost cadence while money is spent, and each second while the run goes on.
 */
export const CostBurnRate = forwardRef<HTMLElement, CostBurnRateProps>(function CostBurnRate(
  { runId, ...rest },
  ref,
) {
  return runId === undefined ? (
    <FleetBurnRate ref={ref} {...rest} />
  ) : (
    <RunBurnRate ref={ref} runId={runId} {...rest} />
  );
});

const FleetBurnRate = forwardRef<HTMLElement, ComponentPropsWithoutRef<'section'>>(
  function FleetBurnRate(props, ref) {
    return <BurnCard ref={ref} burn={useFleetBurn()} limit={useNearestBudget()} {...props} />;
  },
);

const RunBurnRate = forwardRef<HTMLElement, ComponentPropsWithoutRef<'section'> & { readonly runId: string }>(
  function RunBurnRate({ runId, ...rest }, ref) {
    const burn = useBurn(runId);
    const limit = useNearestLimit(runId);
    return burn ? <BurnCard ref={ref} runId={runId} burn={burn} limit={limit} {...rest} /> : null;
  },
);

interface BurnCardProps extends CostBurnRateProps {
  readonly burn: RunBurn;
  readonly limit: BudgetProgress | undefined;
}

const BurnCard = forwardRef<HTMLElement, BurnCardProps>(function BurnCard(
  { runId, burn, limit, className, ...rest },
  ref,
) {
  const texts = useTexts();
  const titleId = useId();
  const { labels, format } = texts;
  const words = labels(burnRateLabels);
  const { perMinute: rate, spend, since, now } = burn;
  const bound = (text: string): string => (burn.lowerBound ? labels(costLabels).atLeast(text) : text);
  const peak = Math.max(0, ...selectSpendLine(spend, since, now, 256));
  const { figure, told } = projection(limit, burn, texts);
  const unknown = burn.unpriced ? words.unpriced : words.tooEarly;

  return (
    <section ref={ref} className={cx('fg-card fg-burn', className)} aria-labelledby={titleId} {...rest}>
      <div className="fg-card-head">
        <h3 className="fg-card-title" id={titleId}>
          {words.title}
        </h3>
        {burn.simulated ? <SimulatedWord /> : null}
        <span className="fg-card-note">
          {runId === undefined ? words.fleetWindow : burn.over ? words.wholeRun : words.window}
        </span>
      </div>
      <div className="fg-burn-body">
        <div className="fg-burn-figures">
          <p className="fg-figure">
            <span className="fg-figure-value">
              {rate === undefined ? words.unknown : bound(format.money(rate))}
            </span>
            <span className="fg-figure-unit">{words.perMinute}</span>
          </p>
          <p className="fg-soft">
            {rate === undefined ? unknown : words.perHourText(bound(format.money(rate * 60)))}
          </p>
        </div>
        <figure className="fg-burn-line">
          <SpendLine series={spend} since={since} until={now} aria-label={words.line(format.money(peak))} />
          <figcaption>
            {peak > 0 ? (
              <>
                <span>{format.time(since)}</span>
                <span>{words.peak(format.money(peak))}</span>
              </>
            ) : null}
          </figcaption>
        </figure>
      </div>
      <p className="fg-burn-end fg-quiet">
        {figure === undefined ? null : <strong>{figure}</strong>} {told}
      </p>
    </section>
  );
});

/** How far a limit is: a figure, where there is one, and what it means. */
function projection(
  limit: BudgetProgress | undefined,
  { perMinute, over, now }: RunBurn,
  { labels, format }: Texts,
): { readonly figure?: string; readonly told: string } {
  const words = labels(burnRateLabels);
  if (!limit) return { told: words.noLimit };
  const left = leftOf(limit);
  if (limit.reached || left <= 0) return { told: words.limitReached };
  if (over) {
    const money = format.money(left);
    return { figure: limit.lowerBound ? labels(costLabels).atMost(money) : money, told: words.leftOfLimit };
  }
  if (perMinute === undefined) return { told: words.limitUnknown };
  const ms = selectTimeToLimit(limit, perMinute);
  if (ms === undefined) return { told: words.notSpending };
  if (ms > WEEK_MS) return { told: words.limitFar };
  const clock = format.shortTime(now + ms);
  return limit.lowerBound
    ? { figure: words.atMost(format.duration(ms)), told: words.toLimitAtMost(clock) }
    : { figure: format.duration(ms), told: words.toLimit(clock) };
}
