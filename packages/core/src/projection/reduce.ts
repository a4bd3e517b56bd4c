import type { EventType, FleetEvent } from '../protocol/event.js';
import type { Fold, Handler, TableName } from './fold.js';
import { draftOf, finish, forTables } from './fold.js';
import { dataOf } from './guard.js';
import { agentHandlers } from './reduce-agent.js';
import { contextHandlers, fileHandlers, logHandlers, messageHandlers } from './reduce-content.js';
import { checkpointHandlers, edgeHandlers, systemHandlers } from './reduce-control.js';
import { alertHandlers, approvalHandlers, budgetHandlers } from './reduce-decision.js';
import { runHandlers } from './reduce-run.js';
import { spanHandlers, usageHandlers } from './reduce-span.js';
import { taskHandlers } from './reduce-task.js';
import type { FleetState } from './state.js';
import { STATE_VERSION } from './state.js';
import { createTable } from './table.js';

const ALL: { readonly [T in EventType]: Handler } = {
  ...runHandlers,
  ...agentHandlers,
  ...taskHandlers,
  ...spanHandlers,
  ...usageHandlers,
  ...messageHandlers,
  ...fileHandlers,
  ...logHandlers,
  ...edgeHandlers,
  ...checkpointHandlers,
  ...budgetHandlers,
  ...approvalHandlers,
  ...alertHandlers,
  ...contextHandlers,
  ...systemHandlers,
};

/** A map, so that a type such as `constructor` finds nothing. */
const HANDLERS: ReadonlyMap<string, Handler> = new Map(Object.entries(ALL));

/** Greatest number of milliseconds that a `Date` can show. */
const MAX_TIME = 8.64e15;

const isId = (value: unknown): boolean => value === undefined || typeof value === 'string';

const idOf = (value: unknown): never => (typeof value === 'string' ? value : undefined) as never;

/** The event itself when its envelope is sound, otherwise a copy without the fields that are not. */
function sound(event: FleetEvent, now: number): FleetEvent {
  const { runId, threadId, agentId, taskId, spanId, parentSpanId } = event;
  const isTime = typeof event.time === 'number' && event.time >= 0 && event.time <= MAX_TIME;
  const time = isTime ? event.time : now;
  const ids =
    isId(runId) && isId(threadId) && isId(agentId) && isId(taskId) && isId(spanId) && isId(parentSpanId);
  if (ids && time === event.time) return event;
  return {
    ...event,
    time,
    runId: idOf(runId),
    threadId: idOf(threadId),
    agentId: idOf(agentId),
    taskId: idOf(taskId),
    spanId: idOf(spanId),
    parentSpanId: idOf(parentSpanId),
  };
}

/** The state before the first event. */
export function emptyState(): FleetState {
  const tables = forTables((): unknown => createTable()) as Pick<FleetState, TableName>;
  return { stateVersion: STATE_VERSION, seq: 0, time: 0, dropped: {}, ...tables };
}

/**
 * Folds events into a new state; `state` stays as it was and shares with the new one whatever the events do not touch.
 * The same on server and client. Events that `state` holds already (`seq` not above its own), types of newer writers
 * and data of the wrong shape are ignored; it never throws. What it keeps of a run is bounded: 200 feed entries, 500
 * transitions an agent, 20,000 spans, 500 messages, 500 checkpoints; totals still hold what was forgotten.
 *
 * @param events in ascending order of `seq`
 */
export function reduce(state: FleetState, events: readonly FleetEvent[]): FleetState {
  let { seq, time } = state;
  let fold: Fold | undefined;
  let lastRun: string | undefined;
  let lastAgent: string | undefined;
  for (const given of events) {
    if (!(given.seq > seq) || !Number.isSafeInteger(given.seq)) continue;
    fold ??= draftOf(state);
    const event = sound(given, time);
    const { runId, agentId } = event;
    seq = event.seq;
    if (event.time > time) time = event.time;
    // Neighbours are mostly about the same run and agent.
    if (runId !== lastRun) fold.run = fold.agent = undefined;
    if (agentId !== lastAgent) fold.agent = undefined;
    lastRun = runId;
    lastAgent = agentId;
    if (runId !== undefined) fold.run ??= fold.runs.find('', runId);
    if (agentId !== undefined) fold.agent ??= fold.agents.find(runId, agentId);
    const { run, agent } = fold;
    if (run) {
      run.value.lastSeq = seq;
      if (event.time > run.value.lastEventAt) run.value.lastEventAt = event.time;
    }
    if (agent && event.time > agent.value.lastEventAt) agent.value.lastEventAt = event.time;
    HANDLERS.get(event.type)?.(fold, event, dataOf(event.data));
  }
  return fold ? finish(fold, state, seq, time) : state;
}
