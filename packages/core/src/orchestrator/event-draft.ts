import type { EventDataMap, EventDraft, EventScope, EventType } from '../protocol/event.js';
import { PROTOCOL_VERSION } from '../protocol/version.js';

/** A journal event. Its object already has the `seq` that the store will set, so that setting it changes no shape. */
export function draftEvent<T extends EventType>(
  type: T,
  data: EventDataMap[T],
  scope: EventScope,
  time: number,
): EventDraft {
  const event: Record<string, unknown> = { v: PROTOCOL_VERSION, seq: 0, time, type, data };
  if (scope.runId !== undefined) event['runId'] = scope.runId;
  if (scope.threadId !== undefined) event['threadId'] = scope.threadId;
  if (scope.agentId !== undefined) event['agentId'] = scope.agentId;
  if (scope.taskId !== undefined) event['taskId'] = scope.taskId;
  if (scope.spanId !== undefined) event['spanId'] = scope.spanId;
  if (scope.parentSpanId !== undefined) event['parentSpanId'] = scope.parentSpanId;
  return event as unknown as EventDraft;
}
