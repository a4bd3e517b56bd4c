'use client';

import { selectAnswerable } from '@fleetglass/core/client';
import type { ApprovalState, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSelector } from './useMonitorSelector.js';

const select = ({ state }: MonitorSnapshot): readonly ApprovalState[] => selectAnswerable(state);

/**
 * Decisions that any run waits for and that somebody can still make, oldest first; of one run see
 * `usePendingApprovals`. Renders again when one is asked for or settled, at once.
 */
export function useApprovals(): readonly ApprovalState[] {
  return useMonitorSelector(select);
}

/** One approval, also after it was decided. Renders again when it is settled, at once. */
export function useApproval(runId: string, approvalId: string): ApprovalState | undefined {
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => state.approvals.get(`${runId}/${approvalId}`),
      [runId, approvalId],
    ),
  );
}
