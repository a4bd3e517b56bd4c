'use client';

import { useMemo, useSyncExternalStore } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { createEventReader } from '../context/event-reader.js';
import type { EventList, EventQuery } from '../context/event-reader.js';

/**
 * Events that the state does not keep, such as those of files, logs and MCP servers: read from the log when the
 * component appears, then followed at most twice a second. In replay none is later than the moment shown. The newest
 * 20,000 are kept, and `omitted` says how many were not. Renders again when the list changes.
 *
 * @param query `types` must be a constant or memoised
 */
export function useEvents({ runId, agentId, taskId, types }: EventQuery): EventList {
  const { monitor, clock } = useMonitorSource();
  const reader = useMemo(
    () => createEventReader(monitor, clock, { runId, agentId, taskId, types }),
    [monitor, clock, runId, agentId, taskId, types],
  );
  return useSyncExternalStore(reader.subscribe, reader.getList, reader.getList);
}
