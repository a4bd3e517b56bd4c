'use client';

import { selectOpenCost, selectTimeToLimit } from '@fleetglass/core/client';
import type { BudgetProgress, CostTotals, MonitorSnapshot } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef, ReactElement, ReactNode } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { leftOf, useNearestBudget, useNearestLimit } from '../../hooks/useBudget.js';
import { useBurn } from '../../hooks/useBurn.js';
import type { RunBurn } from '../../hooks/useBurn.js';
import { useFleetBurn } from '../../hooks/useFleet.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useNow } from '../../hooks/useNow.js';
import { useCost, useCostSince } from '../../hooks/useUsage.js';
import { cx } from '../../lib/cx.js';
import { CostText } from '../cost/CostText.js';
import { SimulatedWord } from '../cost/SimulatedTag.js';
import { costLabels } from '../cost/cost-labels.js';
import { tickerLabels } from './fleet-labels.js';

export interface CostTickerProps extends ComponentPropsWithoutRef<'p'> {
  /** @default all runs */
  readonly runId?: string | undefined;
}

/**
 * Money in one line: what the runs that go on have cost, today, the burn rate, and the time to the limit that comes
 * first; of a recording only what it cost. Each figure keeps its place while it changes. Renders again at the cost
 * cadence, and each second.
 */
export const CostTicker = forwardRef<HTMLParagraphElement, CostTickerProps>(function CostTicker(
  { runId, ...rest },
  ref,
) {
  const { recorded } = useMonitorSource();
  if (recorded) return <RecordedTicker ref={ref} runId={runId} {...rest} />;
  return runId === undefined ? (
    <FleetTicker ref={ref} {...rest} />
  ) : (
    <RunTicker ref={ref} runId={runId} {...rest} />
  );
});

const selectOpen = ({ state }: MonitorSnapshot): CostTotals => selectOpenCost(state);
const isSameCost = (a: CostTotals, b: CostTotals): boolean =>
  a.nanoUsd === b.nanoUsd && a.unknownCalls === b.unknownCalls;

const FleetTicker = forwardRef<HTMLParagraphElement, ComponentPropsWithoutRef<'p'>>(
  function FleetTicker(props, ref) {
    const { cadence } = useMonitorSource();
    const { labels, format } = useTexts();
    const open = useMonitorSelector(selectOpen, { isEqual: isSameCost, periodMs: cadence.cost });
    const today = useCostSince(format.startOfDay(useNow()));
    const words = labels(tickerLabels);
    return (
      <Line ref={ref} burn={useFleetBurn()} limit={useNearestBudget()} {...props}>
        <Segment name={words.now} hint={words.nowHint}>
          <CostText cost={open} />
        </Segment>
        <Segment name={words.today}>
          <CostText cost={today} />
        </Segment>
      </Line>
    );
  },
);

const RunTicker = forwardRef<
  HTMLParagraphElement,
  ComponentPropsWithoutRef<'p'> & { readonly runId: string }
>(function RunTicker({ runId, ...rest }, ref) {
  const cost = useCost(runId);
  const burn = useBurn(runId);
  const limit = useNearestLimit(runId);
  const { labels } = useTexts();
  if (!cost || !burn) return null;
  return (
    <Line ref={ref} burn={burn} limit={limit} {...rest}>
      <Segment name={labels(tickerLabels).run}>
        <CostText cost={cost} />
      </Segment>
    </Line>
  );
});

const RecordedTicker = forwardRef<
  HTMLParagraphElement,
  ComponentPropsWithoutRef<'p'> & { readonly runId: string | undefined }
>(function RecordedTicker({ runId, className, ...rest }, ref) {
  const cost = useCost(runId);
  const words = useTexts().labels(tickerLabels);
  if (!cost) return null;
  return (
    <p ref={ref} className={cx('fg-notes fg-ticker', className)} aria-label={words.label} {...rest}>
      <Segment name={runId === undefined ? words.all : words.run}>
        <CostText cost={cost} />
      </Segment>
    </p>
  );
});

interface LineProps extends ComponentPropsWithoutRef<'p'> {
  readonly burn: RunBurn;
  readonly limit: BudgetProgress | undefined;
}

const WEEK_MS = 7 * 86_400_000;

const Line = forwardRef<HTMLParagraphElement, LineProps>(function Line(
  { burn: { perMinute, lowerBound, simulated, over }, limit, className, children, ...rest },
  ref,
) {
  const { labels, format } = useTexts();
  const words = labels(tickerLabels);
  const { atLeast, atMost } = labels(costLabels);
  const rate = perMinute === undefined ? undefined : words.perMinute(format.money(perMinute));
  const isReached = limit !== undefined && (limit.reached || leftOf(limit) <= 0);
  const ms = limit && !over ? selectTimeToLimit(limit, perMinute) : undefined;
  const time = ms === undefined || ms > WEEK_MS ? undefined : format.duration(ms);
  return (
    <p
      ref={ref}
      className={cx('fg-notes fg-ticker', className)}
      aria-label={labels(tickerLabels).label}
      {...rest}
    >
      {children}
      {rate === undefined ? null : <Segment>{lowerBound ? atLeast(rate) : rate}</Segment>}
      {isReached ? (
        <Segment tone="error">{words.limitReached}</Segment>
      ) : time === undefined ? null : (
        <Segment>{words.toLimit(limit?.lowerBound === true ? atMost(time) : time)}</Segment>
      )}
      {simulated ? <SimulatedWord /> : null}
    </p>
  );
});

function Segment({
  name,
  hint,
  tone,
  children,
}: {
  readonly name?: string;
  readonly hint?: string;
  readonly tone?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span title={hint} data-tone={tone}>
      <span className={cx('fg-strong', tone && 'fg-toned')}>{children}</span>
      {name === undefined ? null : <> {name}</>}
    </span>
  );
}
