'use client';

import { isFinal } from '@fleetglass/core/client';
import type { CostTotals, RunState, Series } from '@fleetglass/core/client';
import { useMonitorSource } from '../context/monitor-context.js';
import { burnPerMinute } from '../derive/burn.js';
import { useRunPart } from './useEntities.js';
import { useRunNow } from './useNow.js';

/** How fast a run spends. */
export interface Burn {
  /**
   * Nano-dollars a minute over the last minute, or over the whole run once it is over. `undefined` while it cannot be
   * told: during the first 5 s, or when no call has a known price.
   */
  readonly perMinute: number | undefined;
  /** Calls without a price are missing, so the rate is a lower bound. */
  readonly lowerBound: boolean;
  /** Not one call has a known price. */
  readonly unpriced: boolean;
  readonly simulated: boolean;
  readonly over: boolean;
  readonly cost: CostTotals;
  readonly spend: Series;
  /** Milliseconds since the epoch between which the run spends. */
  readonly since: number;
  readonly now: number;
}

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

/** Renders again at the cost cadence while the run goes on, and each second for the shared clock. */
export function useBurn(runId: string): Burn | undefined {
  const { cadence } = useMonitorSource();
  const run = useRunPart(runId, select, cadence.cost);
  const now = useRunNow(run);
  if (!run) return undefined;
  const { cost, spend } = run;
  const since = run.startedAt ?? run.createdAt;
  const over = isFinal(run.status);
  const unpriced = cost.unknownCalls > 0 && cost.nanoUsd === 0;
  const average = now > since ? (cost.nanoUsd / (now - since)) * 60_000 : undefined;
  return {
    perMinute: unpriced ? undefined : over ? average : burnPerMinute(spend, since, now),
    lowerBound: cost.unknownCalls > 0,
    unpriced,
    simulated: (cost.byBasis.simulated ?? 0) > 0,
    over,
    cost,
    spend,
    since,
    now,
  };
}
