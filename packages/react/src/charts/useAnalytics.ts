'use client';

import { dayOf, selectAnalytics } from '@fleetglass/core/client';
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

/**
 * What the runs that the monitor holds spent and did, by the days of the provider's time zone. Renders again when a
 * figure changes, at most once in four periods of the cost cadence.
 *
 * @param range @default the last 30 days, of a recording those up to its last event
 * @param active `false` computes nothing, for a chart that has data of its own
 * @returns `undefined` until the first data arrived
 */
export function useAnalytics(range: AnalyticsRange = DEFAULT_RANGE, active = true): Analytics | undefined {
  const { cadence, clock, logTime, recorded } = useMonitorSource();
  const { offsetAt } = zoneOf(useTexts().format);
  const key = JSON.stringify(range);
  const select = useMemo(() => {
    const wanted = JSON.parse(key) as AnalyticsRange;
    return ({ state, mode, ready }: MonitorSnapshot): Analytics | undefined => {
      if (!ready || !active) return undefined;
      const now = mode === 'replay' || recorded ? state.time : Math.max(state.time, logTime.at(clock.now()));
      return selectAnalytics(state, { ...daysOfRange(wanted, dayOf(now, offsetAt)), offsetAt });
    };
  }, [key, active, clock, logTime, recorded, offsetAt]);
  return useMonitorSelector(select, { periodMs: SLOWER * cadence.cost });
}
