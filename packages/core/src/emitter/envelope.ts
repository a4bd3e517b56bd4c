import type { EventDraft, EventInput, FleetEvent } from '../protocol/event.js';
import { PROTOCOL_VERSION } from '../protocol/version.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The envelope around `data`. `seq` is there from the start, so that the store's assignment does not change the
 * object's shape. The usual scopes have a literal of their own: adding properties one by one makes an object twice as
 * expensive to make and to keep.
 */
export function envelope(input: EventInput, time: number, data: EventDraft['data']): Writable<FleetEvent> {
  const v = PROTOCOL_VERSION;
  const { type, id, runId, threadId, agentId, taskId, spanId, parentSpanId } = input;
  const isUsual = id === undefined && parentSpanId === undefined;
  if (isUsual && runId !== undefined && agentId !== undefined && taskId !== undefined) {
    if (threadId !== undefined) {
      if (spanId !== undefined)
        return { v, seq: 0, time, type, runId, threadId, agentId, taskId, spanId, data };
      return { v, seq: 0, time, type, runId, threadId, agentId, taskId, data };
    }
    if (spanId !== undefined) return { v, seq: 0, time, type, runId, agentId, taskId, spanId, data };
    return { v, seq: 0, time, type, runId, agentId, taskId, data };
  }
  const event: Writable<FleetEvent> = { v, seq: 0, time, type, data };
  if (id !== undefined) event.id = id;
  if (runId !== undefined) event.runId = runId;
  if (threadId !== undefined) event.threadId = threadId;
  if (agentId !== undefined) event.agentId = agentId;
  if (taskId !== undefined) event.taskId = taskId;
  if (spanId !== undefined) event.spanId = spanId;
  if (parentSpanId !== undefined) event.parentSpanId = parentSpanId;
  return event;
}
