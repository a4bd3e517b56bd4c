import { isFinal } from '../model/status.js';
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

const keepAnswerable = createKeep<readonly ApprovalState[]>();

/**
 * Pending approvals that somebody can still answer: their run goes on, and it is no recording. Oldest first, of all
 * runs; the same array while none is asked for or settled.
 */
export function selectAnswerable(state: FleetState): readonly ApprovalState[] {
  return keepAnswerable(
    '',
    selectPendingApprovals(state).filter(({ runId }) => {
      const run = state.runs.get(runId ?? '');
      return run !== undefined && run.source === undefined && !isFinal(run.status);
    }),
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
