'use client';

import { selectDropped } from '@fleetglass/core/client';
import type { ConnectionStatus, MonitorSnapshot } from '@fleetglass/core/client';
import { isShallowEqual } from './selection.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/** How far what is shown can be trusted. */
export interface ConnectionView {
  readonly status: ConnectionStatus;
  /** `false` until the first snapshot or event arrived. */
  readonly ready: boolean;
  readonly restarted: MonitorSnapshot['restarted'];
  /** Events that were dropped before they were accepted, of all types. */
  readonly droppedEvents: number;
}

const select = ({ connection, ready, restarted, state }: MonitorSnapshot): ConnectionView => ({
  status: connection,
  ready,
  restarted,
  droppedEvents: Object.values(selectDropped(state)).reduce((sum, count) => sum + count, 0),
});

/** State of the connection and gaps in the data. Renders again when one of them changes. */
export function useConnection(): ConnectionView {
  return useMonitorSelector(select, { isEqual: isShallowEqual });
}
