import type { EventFamily, EventType, FleetEvent } from './event.js';

/**
 * Which events a subscriber wants: those that agree with every given field. An empty filter is the whole fleet.
 */
export interface Filter {
  readonly runId?: string;
  readonly threadId?: string;
  readonly agentId?: string;
  readonly taskId?: string;
  /** Types, or families such as `span`. */
  readonly types?: readonly (EventType | EventFamily)[];
}

/** The whole fleet. */
export const EVERYTHING: Filter = Object.freeze({});

/** A function that tells whether an event is selected; compile once, use often. */
export function compileFilter(filter: Filter): (event: FleetEvent) => boolean {
  const { runId, threadId, agentId, taskId } = filter;
  const types = filter.types && new Set<string>(filter.types);
  return (event) =>
    (runId === undefined || event.runId === runId) &&
    (threadId === undefined || event.threadId === threadId) &&
    (agentId === undefined || event.agentId === agentId) &&
    (taskId === undefined || event.taskId === taskId) &&
    (types === undefined || types.has(event.type) || types.has(event.type.slice(0, event.type.indexOf('.'))));
}

/** Text that is equal for filters which select the same events. */
export function filterKey(filter: Filter): string {
  return JSON.stringify([
    filter.runId ?? null,
    filter.threadId ?? null,
    filter.agentId ?? null,
    filter.taskId ?? null,
    filter.types ? [...new Set(filter.types)].sort() : null,
  ]);
}

/** Whether a filter selects every event. */
export function selectsEverything(filter: Filter): boolean {
  return filterKey(filter) === filterKey(EVERYTHING);
}
