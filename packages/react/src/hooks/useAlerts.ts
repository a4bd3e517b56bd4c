'use client';

import { selectAlertKeys, selectAlertRules } from '@fleetglass/core/client';
import type { AlertQuery, AlertState, FleetState, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * Keys of alerts: what nobody has taken on first, then what is acknowledged, then what is over; within these the most
 * severe first. Renders again when the list or its order changes, at once.
 */
export function useAlertKeys({ runId, severity, rule, status }: AlertQuery = {}): readonly string[] {
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => selectAlertKeys(state, { runId, severity, rule, status }),
      [runId, severity, rule, status],
    ),
  );
}

/** One alert. Renders again when it is raised anew, acknowledged or resolved, at once. */
export function useAlert(alertKey: string): AlertState | undefined {
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => state.alerts.get(alertKey), [alertKey]),
  );
}

/**
 * Alerts themselves, in the order of {@link useAlertKeys}. Renders again when one of them changes, at once; a list takes
 * the keys and a row {@link useAlert}.
 */
export function useAlerts({ runId, severity, rule, status }: AlertQuery = {}): readonly AlertState[] {
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => alertsOf(state, { runId, severity, rule, status }),
      [runId, severity, rule, status],
    ),
    { isEqual: isListEqual },
  );
}

const alertsOf = (state: FleetState, query: AlertQuery): readonly AlertState[] =>
  selectAlertKeys(state, query).flatMap((key) => state.alerts.get(key) ?? []);

const isListEqual = (a: readonly AlertState[], b: readonly AlertState[]): boolean =>
  a.length === b.length && a.every((alert, at) => alert === b[at]);

/** Rules that have raised an alert. Renders again when one is new. */
export function useAlertRules(runId?: string): readonly string[] {
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectAlertRules(state, runId), [runId]),
  );
}
