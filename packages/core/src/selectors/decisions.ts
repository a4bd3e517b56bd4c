import type { AlertState, ApprovalState, FleetState } from '../projection/state.js';
import { createKeep } from './keep.js';

const keepApprovals = createKeep<readonly ApprovalState[]>();
const keepAlerts = createKeep<readonly AlertState[]>();

/** Approvals that wait for an answer, oldest first. The same array while none is asked for or settled. */
export function selectPendingApprovals(state: FleetState, runId?: string): readonly ApprovalState[] {
  const all = [...state.approvals.values()];
  return keepApprovals(
    runId ?? '',
    all.filter((row) => row.status === 'pending' && (runId === undefined || row.runId === runId)),
  );
}

/** Alerts that are not resolved, oldest first. The same array while none changes. */
export function selectOpenAlerts(state: FleetState, runId?: string): readonly AlertState[] {
  const all = [...state.alerts.values()];
  return keepAlerts(
    runId ?? '',
    all.filter((row) => row.status !== 'resolved' && (runId === undefined || row.runId === runId)),
  );
}
