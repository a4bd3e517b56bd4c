'use client';

import { dayOf, selectAnalytics, selectRunAnalytics } from '@fleetglass/core/client';
import type { Analytics, MonitorSnapshot } from '@fleetglass/core/client';
import { useMemo } from 'react';
import { useMonitorSource, useTexts } from '../context/monitor-context.js';
import { useMonitorSelector } from '../hooks/useMonitorSelector.js';
import { daysOfRange } from './range.js';
import type { AnalyticsRange } from './range.js';
import { zoneOf } from './zone.js';

/** Trends are read slower than counters. */
const SLOWER = 4;
const DEFAULT_RANGE: AnalyticsRange = { days: 30 };

/** Of what figures are wanted. */
export interface AnalyticsOf {
  /** @default the last 30 days, of a recording those up to its last event; with a run all of its days */
  readonly range?: AnalyticsRange | undefined;
  /** Only this run. @default all runs */
  readonly runId?: string | undefined;
}

/**
 * What the runs that the monitor holds spent and did, by the days of the provider's time zone. Renders again when a
 * figure changes, at most once in four periods of the cost cadence.
 *
 * @param active `false` computes nothing, for a chart that has data of its own
 * @returns `undefined` until the first data arrived
 */
export function useAnalytics({ range, runId }: AnalyticsOf = {}, active = true): Analytics | undefined {
  const { cadence, clock, logTime, recorded } = useMonitorSource();
  const { offsetAt } = zoneOf(useTexts().format);
  const key = range && JSON.stringify(range);
  const select = useMemo(() => {
    const wanted = key === undefined ? DEFAULT_RANGE : (JSON.parse(key) as AnalyticsRange);
    return ({ state, mode, ready }: MonitorSnapshot): Analytics | undefined => {
      if (!ready || !active) return undefined;
      if (runId !== undefined && key === undefined) return selectRunAnalytics(state, runId, offsetAt);
      const now = mode === 'replay' || recorded ? state.time : Math.max(state.time, logTime.at(clock.now()));
      return selectAnalytics(state, { ...daysOfRange(wanted, dayOf(now, offsetAt)), runId, offsetAt });
    };
  }, [key, runId, active, clock, logTime, recorded, offsetAt]);
  return useMonitorSelector(select, { periodMs: SLOWER * cadence.cost });
}
