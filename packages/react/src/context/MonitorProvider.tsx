'use client';

import { systemClock } from '@fleetglass/core/client';
import type { Clock, Monitor } from '@fleetglass/core/client';
import { useEffect, useMemo } from 'react';
import type { ReactElement } from 'react';
import { LookRoot } from './LookRoot.js';
import type { LookProps } from './LookRoot.js';
import { MonitorSourceContext } from './monitor-context.js';
import type { Cadence } from './monitor-context.js';
import { createLogTime } from './log-time.js';
import { createNoticeWatch } from './notice-watch.js';
import { createSnapshotHub } from './snapshot-hub.js';
import { createTicker } from './ticker.js';
import { badgeTitle } from './title-badge.js';
import { useHostHooks } from './useHostHooks.js';
import type { HostHooks } from './useHostHooks.js';

export interface MonitorProviderProps extends LookProps, HostHooks {
  readonly monitor: Monitor;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** How often figures may change; see {@link Cadence}. */
  readonly cadence?: Partial<Cadence>;
  /**
   * Says that the monitor shows runs of the past, such as a file: nothing is called live, and what was spent now, today
   * or a minute is left out.
   *
   * @default false
   */
  readonly recorded?: boolean;
  /**
   * Says that whoever looks may give no commands, such as the holder of a viewer's token: everything that would steer runs
   * is left out. It spares people refusals; what protects the runs is the gateway.
   *
   * @default false
   */
  readonly readOnly?: boolean;
  /** Puts the number of approvals that wait before the title of the page: "(2) ". @default false */
  readonly titleBadge?: boolean;
}

const CADENCE: Cadence = { cost: 250, progress: 100, agents: 500, agentList: 1000 };
const TICK_MS = 1000;

/**
 * Gives every component and hook below it a monitor, a language and a look. Its own element carries the `--fg-*`
 * tokens; nothing outside of it is styled. It never renders again because of data: hooks of the host and the badge of
 * the title are told beside React, also in a hidden tab.
 */
export function MonitorProvider({
  monitor,
  clock = systemClock,
  cadence,
  recorded = false,
  readOnly = false,
  titleBadge = false,
  onAlert,
  onApproval,
  onRunEnd,
  ...look
}: MonitorProviderProps): ReactElement {
  const { cost, progress, agents, agentList } = { ...CADENCE, ...cadence };
  const origin = useMemo(() => {
    const logTime = createLogTime(clock);
    logTime.observe(monitor.getSnapshot());
    const hub = createSnapshotHub(monitor, clock, logTime.observe);
    const ticker = createTicker(clock, TICK_MS, typeof document === 'undefined' ? undefined : document);
    return { monitor, clock, logTime, hub, ticker, notices: createNoticeWatch(hub) };
  }, [monitor, clock]);
  const source = useMemo(
    () => ({ ...origin, cadence: { cost, progress, agents, agentList }, recorded, readOnly }),
    [origin, cost, progress, agents, agentList, recorded, readOnly],
  );
  useHostHooks(origin.notices, { onAlert, onApproval, onRunEnd });
  useEffect(() => (titleBadge ? badgeTitle(origin.hub) : undefined), [titleBadge, origin]);
  return (
    <MonitorSourceContext.Provider value={source}>
      <LookRoot {...look} />
    </MonitorSourceContext.Provider>
  );
}
