'use client';

import { selectSpendLine, selectTimeToLimit } from '@fleetglass/core/client';
import type { BudgetProgress } from '@fleetglass/core/client';
import { forwardRef, useId } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import type { Texts } from '../../context/monitor-context.js';
import { leftOf, useNearestLimit } from '../../hooks/useBudget.js';
import { useBurn } from '../../hooks/useBurn.js';
import type { RunBurn } from '../../hooks/useBurn.js';
import { cx } from '../../lib/cx.js';
import { SpendLine } from './SpendLine.js';

export interface CostBurnRateProps extends ComponentPropsWithoutRef<'section'> {
  readonly runId: string;
}

const WEEK_MS = 7 * 86_400_000;

/**
 * USD a minute and an hour as a one-minute average, its history as a line, and when a limit would be reached. Renders
 * again at the cost cadence while money is spent, and each second while the run goes on.
 */
export const CostBurnRate = forwardRef<HTMLElement, CostBurnRateProps>(function CostBurnRate(
  { runId, className, ...rest },
  ref,
) {
  const texts = useTexts();
  const titleId = useId();
  const burn = useBurn(runId);
  const limit = useNearestLimit(runId);
  if (!burn) return null;
  const { labels, format } = texts;
  const words = labels.burnRate;
  const { perMinute: rate, spend, since, now } = burn;
  const bound = (text: string): string => (burn.lowerBound ? labels.cost.atLeast(text) : text);
  const peak = Math.max(0, ...selectSpendLine(spend, since, now, 256));
  const unknown = burn.unpriced ? words.unpriced : words.tooEarly;

  return (
    <section ref={ref} className={cx('fg-card fg-burn', className)} aria-labelledby={titleId} {...rest}>
      <div className="fg-card-head">
        <h3 className="fg-card-title" id={titleId}>
          {words.title}
        </h3>
        {burn.simulated ? (
          <span className="fg-tag" data-tone="simulated" title={words.simulatedHint}>
            {words.simulated}
          </span>
        ) : null}
        <span className="fg-card-note">{burn.over ? words.wholeRun : words.window}</span>
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
            {rate === undefined ? unknown : words.perHourText(bound(format.money(rate * 60)))}
          </p>
        </div>
        <figure className="fg-burn-line">
          <SpendLine series={spend} since={since} until={now} aria-label={words.line(format.money(peak))} />
          <figcaption>{peak > 0 ? words.peak(format.money(peak)) : null}</figcaption>
        </figure>
      </div>
      <p className="fg-burn-end">
        <span className="fg-burn-end-name">{words.toLimit}</span> {projection(limit, burn, texts)}
      </p>
    </section>
  );
});

function projection(
  limit: BudgetProgress | undefined,
  { perMinute, over, now }: RunBurn,
  { labels, format }: Texts,
): string {
  const words = labels.burnRate;
  if (!limit) return words.noLimit;
  const left = leftOf(limit);
  if (limit.reached || left <= 0) return words.limitReached;
  if (over) return labels.budget.left((limit.lowerBound ? labels.cost.atMost : String)(format.money(left)));
  if (perMinute === undefined) return words.unknown;
  const ms = selectTimeToLimit(limit, perMinute);
  if (ms === undefined) return words.notSpending;
  if (ms > WEEK_MS) return words.limitFar;
  const write = limit.lowerBound ? words.toLimitAtMostText : words.toLimitText;
  return write(format.duration(ms), format.shortTime(now + ms));
}
