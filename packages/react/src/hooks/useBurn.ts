'use client';

import { isFinal, selectBurn, selectTotals } from '@fleetglass/core/client';
import type { Burn, MonitorSnapshot, Series } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector } from './useMonitorSelector.js';
import { useRunNow } from './useNow.js';

/** How fast a run spends, and what its line is drawn from. */
export interface RunBurn extends Burn {
  /** Not one call has a known price, so there is no rate to tell. */
  readonly unpriced: boolean;
  /** A part of the cost was made up by a simulated model. */
  readonly simulated: boolean;
  readonly over: boolean;
  /** Nano-dollars over time. */
  readonly spend: Series;
  /** Milliseconds since the epoch between which the run spends. */
  readonly since: number;
  readonly now: number;
}

/** Renders again at the cost cadence while the run goes on, and each second for the shared clock. */
export function useBurn(runId: string): RunBurn | undefined {
  const { cadence } = useMonitorSource();
  const run = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => state.runs.get(runId), [runId]),
    { periodMs: cadence.cost },
  );
  const now = useRunNow(run);
  if (!run) return undefined;
  const { unknown, simulatedShare } = selectTotals(run.totals);
  return {
    ...selectBurn(run, now),
    unpriced: unknown,
    simulated: simulatedShare > 0,
    over: isFinal(run.status),
    spend: run.spend,
    since: run.startedAt ?? run.createdAt,
    now,
  };
}
