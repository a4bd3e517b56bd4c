'use client';

import { findCriticalPath, selectCriticalPath } from '@fleetglass/core/client';
import type { CriticalPath, Lane, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback, useMemo } from 'react';
import { useMonitorSelector } from './useMonitorSelector.js';

/** A path over thousands of spans is looked for at most so often. */
const PERIOD_MS = 1000;

/**
 * The work that determined when a run ended, or so far. Renders again when a span of the run changed, at most each
 * second.
 *
 * @param active `false` looks for nothing
 * @param lanes look at these in place of the run's, as they stand at `now`
 */
export function useCriticalPath(
  runId: string,
  active = true,
  lanes?: readonly Lane[],
  now = 0,
): CriticalPath | undefined {
  const own = active && lanes === undefined;
  const path = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => (own ? selectCriticalPath(state, runId) : undefined),
      [own, runId],
    ),
    { periodMs: PERIOD_MS },
  );
  const given = useMemo(
    () =>
      active && lanes
        ? findCriticalPath({
            spans: lanes.flatMap(({ spans }) => spans.map(({ span }) => span)),
            agents: lanes.map(({ agent }) => agent),
            end: now,
          })
        : undefined,
    [active, lanes, now],
  );
  return path ?? given;
}
