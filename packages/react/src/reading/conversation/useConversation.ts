'use client';

import { emptyState, reduce, selectAgents, selectMessages } from '@fleetglass/core/client';
import type { AgentState, MessageState, MonitorSnapshot } from '@fleetglass/core/client';
import type { EventType, FleetEvent } from '@fleetglass/core/protocol';
import { useCallback, useMemo } from 'react';
import { useMonitorSource } from '../../context/monitor-context.js';
import { useEvents } from '../../hooks/useEvents.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';

export interface Conversation {
  readonly messages: readonly MessageState[];
  readonly agents: readonly AgentState[];
  /** Oldest messages that the state no longer holds and that are not shown. */
  readonly missing: number;
  /** The oldest ones are being read. */
  readonly loading: boolean;
  /** Messages that there ever were. */
  readonly total: number;
}

const APPENDED: readonly EventType[] = ['message.appended'];
/** Messages folded at a time; fewer than the fold would forget. */
const PAGE = 400;

/**
 * Messages of a run, of an agent with its sub-agents, or of a task. Renders again as they change, at most at the
 * cadence of progress.
 *
 * @param earlier also those that the state has forgotten, read from the log
 */
export function useConversation(
  runId: string,
  agentId: string | undefined,
  taskId: string | undefined,
  earlier: boolean,
): Conversation {
  const { cadence } = useMonitorSource();
  const options = { periodMs: cadence.progress };
  const kept = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectMessages(state, runId), [runId]),
    options,
  );
  const agents = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectAgents(state, runId), [runId]),
    { periodMs: cadence.agents },
  );
  const forgotten = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => state.runs.get(runId)?.forgotten.messages ?? 0, [runId]),
    options,
  );
  // No run has the empty name: nothing is read until it is asked for.
  const read = useEvents({ runId: earlier ? runId : '', types: APPENDED });
  const older = useMemo(() => foldInPages(read.events, kept), [read.events, kept]);
  const all = useMemo(() => (older.length > 0 ? [...older, ...kept] : kept), [older, kept]);
  const messages = useMemo(() => choose(all, agents, agentId, taskId), [all, agents, agentId, taskId]);
  return {
    messages,
    agents,
    missing: Math.max(0, forgotten - older.length),
    loading: earlier && read.loading,
    total: messages.length + (agentId === undefined && taskId === undefined ? forgotten - older.length : 0),
  };
}

/** Messages that events tell of and the state no longer holds; the fold guards each field. */
function foldInPages(events: readonly FleetEvent[], kept: readonly MessageState[]): readonly MessageState[] {
  const known = new Set(kept.map((message) => message.id));
  const older = new Map<string, MessageState>();
  for (let from = 0; from < events.length; from += PAGE) {
    const state = reduce(emptyState(), events.slice(from, from + PAGE));
    for (const message of state.messages.values()) {
      if (!known.has(message.id)) older.set(message.id, message);
    }
  }
  return [...older.values()];
}

/** Messages of an agent and of those below it, or of a task. */
function choose(
  messages: readonly MessageState[],
  agents: readonly AgentState[],
  agentId: string | undefined,
  taskId: string | undefined,
): readonly MessageState[] {
  if (agentId === undefined && taskId === undefined) return messages;
  const wanted = new Set([agentId]);
  // Agents join after those that called them; a second look finds the few that did not.
  for (let look = 0; look < 2; look += 1) {
    for (const { id, parentAgentId } of agents) {
      if (parentAgentId !== undefined && wanted.has(parentAgentId)) wanted.add(id);
    }
  }
  return messages.filter(
    (message) =>
      (agentId === undefined || wanted.has(message.agentId)) &&
      (taskId === undefined || message.taskId === taskId),
  );
}
