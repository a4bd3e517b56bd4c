'use client';

import { isFinal, mergeMoments, MOMENT_TYPES, momentsOf, selectMoments } from '@fleetglass/core/client';
import type { Moment, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { createEventReader } from '../context/event-reader.js';
import type { EventList } from '../context/event-reader.js';
import { useMonitorSelector } from './useMonitorSelector.js';

const NOTHING: EventList = { events: [], loading: false, omitted: 0 };
const getNothing = (): EventList => NOTHING;
const hearNothing = () => () => {};
const NO_MOMENTS: readonly Moment[] = [];

/**
 * Moments of a run worth stopping at, up to the present also while the past is shown: ends of tasks, failures,
 * decisions, limits, checkpoints and alerts. Those that the state has forgotten are read from the log once the run is
 * over or the past is shown. Renders again when one is added, at most at the cost cadence.
 *
 * @param runId `undefined` for none
 */
export function useMoments(runId: string | undefined): readonly Moment[] {
  const { monitor, clock, cadence } = useMonitorSource();
  const known = useMonitorSelector(
    useCallback(
      ({ live }: MonitorSnapshot) => (runId === undefined ? NO_MOMENTS : selectMoments(live, runId)),
      [runId],
    ),
    { periodMs: cadence.cost },
  );
  const isWorthReading = useMonitorSelector(
    useCallback(
      ({ live, mode, head }: MonitorSnapshot) => {
        const run = live.runs.get(runId ?? '');
        const mayBeForgotten = run !== undefined && run.feed.length > 0 && run.feed[0]?.seq !== run.firstSeq;
        return head > 0 && mayBeForgotten && (mode === 'replay' || isFinal(run.status));
      },
      [runId],
    ),
  );
  const reader = useMemo(
    () =>
      isWorthReading && runId !== undefined
        ? createEventReader(monitor, clock, { runId, types: MOMENT_TYPES, upToPresent: true })
        : undefined,
    [monitor, clock, runId, isWorthReading],
  );
  const { events } = useSyncExternalStore(
    reader?.subscribe ?? hearNothing,
    reader?.getList ?? getNothing,
    reader?.getList ?? getNothing,
  );
  return useMemo(
    () => (events.length === 0 ? known : mergeMoments(known, momentsOf(events))),
    [known, events],
  );
}
