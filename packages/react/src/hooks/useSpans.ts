'use client';

import { messageKey, selectMessageIds, selectSpansOf } from '@fleetglass/core/client';
import type { MessageState, MonitorSnapshot, OwnerFilter, SpanState } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/**
 * Spans of a run, a task or an agent in the order of their arrival. Renders again when one of them changes, at most at
 * the cadence for progress.
 */
export function useSpans(runId: string, { taskId, agentId }: OwnerFilter = {}): readonly SpanState[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => selectSpansOf(state, runId, { taskId, agentId }),
      [runId, taskId, agentId],
    ),
    { periodMs: cadence.progress },
  );
}

/**
 * Ids of the messages of a run, a task or an agent, oldest first. Renders again when a message appears, not while one
 * is written.
 */
export function useMessages(runId: string, { taskId, agentId }: OwnerFilter = {}): readonly string[] {
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => selectMessageIds(state, runId, { taskId, agentId }),
      [runId, taskId, agentId],
    ),
  );
}

/** One message. Renders again as it is written, at most at the cadence for progress. */
export function useMessage(runId: string, messageId: string): MessageState | undefined {
  const { cadence } = useMonitorSource();
  const key = messageKey(runId, messageId);
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => state.messages.get(key), [key]),
    { periodMs: cadence.progress },
  );
}
