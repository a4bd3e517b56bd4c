'use client';

import { selectDropped, selectMcpServers, selectSystemHealth } from '@fleetglass/core/client';
import type { HealthStatus, McpStatus, MonitorSnapshot, SystemPart } from '@fleetglass/core/client';
import type { EventType } from '@fleetglass/core/protocol';
import { useMemo } from 'react';
import type { EventList } from '../context/event-reader.js';
import { useEvents } from './useEvents.js';
import { useMonitorSelector } from './useMonitorSelector.js';

/** Parts of the system as far as they have been read. */
export interface SystemView<S extends string> extends Pick<EventList, 'loading' | 'error'> {
  /** As last told, in the order of their names. */
  readonly parts: readonly SystemPart<S>[];
}

const HEALTH: readonly EventType[] = ['system.health'];
const MCP: readonly EventType[] = ['system.mcp'];

/** Components that told how they are. Renders again when one of them tells, at most twice a second. */
export function useSystemHealth(): SystemView<HealthStatus> {
  const { events, loading, error } = useEvents({ types: HEALTH });
  return useMemo(
    () => ({ parts: selectSystemHealth(events), loading, ...(error ? { error } : {}) }),
    [events, loading, error],
  );
}

/** MCP servers that told how they are. Renders again when one of them tells, at most twice a second. */
export function useMcpServers(): SystemView<McpStatus> {
  const { events, loading, error } = useEvents({ types: MCP });
  return useMemo(
    () => ({ parts: selectMcpServers(events), loading, ...(error ? { error } : {}) }),
    [events, loading, error],
  );
}

const droppedIn = ({ state }: MonitorSnapshot): { readonly [type: string]: number } => selectDropped(state);

/** Events that were dropped before they were stored, by type, of all runs. Renders again when a count changes. */
export function useDropped(): { readonly [type: string]: number } {
  return useMonitorSelector(droppedIn);
}
