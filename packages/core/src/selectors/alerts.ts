import { itemKey } from '../projection/keys.js';
import type { AlertState, FleetState } from '../projection/state.js';
import { createKeep } from './keep.js';

/** Which alerts are wanted: those that agree with every given field. */
export interface AlertQuery {
  readonly runId?: string | undefined;
  readonly severity?: AlertState['severity'] | undefined;
  readonly rule?: string | undefined;
  /** `open` are those that are not resolved. @default all */
  readonly status?: AlertState['status'] | 'open' | undefined;
}

const RANK = { critical: 0, warning: 1, info: 2 } as const;
const STATUS = { raised: 0, acknowledged: 1, resolved: 2 } as const;

const keepKeys = createKeep<readonly string[]>();

/** Key of an alert in the state's table. */
export const alertKey = ({ runId, alertId }: Pick<AlertState, 'runId' | 'alertId'>): string =>
  itemKey(runId, alertId);

/**
 * Keys of alerts: what nobody has taken on first, then what is acknowledged, then what is over; within these the most
 * severe first, and of equals the newest. The same array while the order stays.
 */
export function selectAlertKeys(state: FleetState, query: AlertQuery = {}): readonly string[] {
  const { runId, severity, rule, status } = query;
  const found: AlertState[] = [];
  for (const alert of state.alerts.values()) {
    if (runId !== undefined && alert.runId !== runId) continue;
    if (severity !== undefined && alert.severity !== severity) continue;
    if (rule !== undefined && alert.rule !== rule) continue;
    if (status === 'open' ? alert.status === 'resolved' : status !== undefined && alert.status !== status)
      continue;
    found.push(alert);
  }
  found.sort(
    (a, b) =>
      STATUS[a.status] - STATUS[b.status] ||
      (a.status === 'resolved' ? 0 : RANK[a.severity] - RANK[b.severity]) ||
      b.raisedAt - a.raisedAt,
  );
  return keepKeys(JSON.stringify([runId, severity, rule, status]), found.map(alertKey));
}

const keepRules = createKeep<readonly string[]>();

/** Rules that have raised an alert, in alphabetical order. The same array while none is new. */
export function selectAlertRules(state: FleetState, runId?: string): readonly string[] {
  const rules = new Set<string>();
  for (const alert of state.alerts.values()) {
    if (runId === undefined || alert.runId === runId) rules.add(alert.rule);
  }
  return keepRules(runId ?? '', [...rules].sort());
}
