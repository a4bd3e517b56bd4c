'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { useMemo, useSyncExternalStore } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { createSelection } from './selection.js';
import type { Equality } from './selection.js';

/** When a selection counts as changed, and how often it may be told. */
export interface SelectorOptions<T> {
  /** @default Object.is */
  readonly isEqual?: Equality<T>;
  /**
   * Least milliseconds between two renders, for figures that change faster than a person reads. The last value is
   * always shown, and replay shows every step at once.
   *
   * @default 0
   */
  readonly periodMs?: number;
}

/**
 * Whatever `select` takes out of the monitor. The component renders again when the result changes and at no other
 * time. Pass a module constant or a memoised function.
 */
export function useMonitorSelector<T>(
  select: (snapshot: MonitorSnapshot) => T,
  { isEqual = Object.is, periodMs = 0 }: SelectorOptions<T> = {},
): T {
  const { hub } = useMonitorSource();
  const channel = hub.channel(periodMs);
  const getSelection = useMemo(
    () => createSelection(channel.getSnapshot, select, isEqual),
    [channel, select, isEqual],
  );
  return useSyncExternalStore(channel.subscribe, getSelection, getSelection);
}

/** The shared clock of the provider. Renders again each second while the page is visible and `active` is set. */
export function useTick(active: boolean): number {
  const { ticker } = useMonitorSource();
  return useSyncExternalStore(active ? ticker.subscribe : neverChanges, ticker.getTime, ticker.getTime);
}

const neverChanges = () => () => {};
