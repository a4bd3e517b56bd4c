import type { EventDataMap, EventDraft, EventScope, EventType } from '../../protocol/event.js';
import { PROTOCOL_VERSION } from '../../protocol/version.js';

/**
 * A journal event. The scopes of nearly all events have one of four shapes, written out because objects that grow
 * field by field cost several times as much; `seq` is there for the store to set without changing the shape.
 */
export function draftEvent<T extends EventType>(
  type: T,
  data: EventDataMap[T],
  scope: EventScope,
  time: number,
): EventDraft {
  return draft(type, data as EventDraft['data'], scope, time);
}

function draft(type: string, data: EventDraft['data'], scope: EventScope, time: number): EventDraft {
  const { runId, threadId, agentId, taskId } = scope;
  if (threadId === undefined && scope.spanId === undefined && runId !== undefined) {
    if (taskId === undefined) {
      if (agentId === undefined) return shaped({ v: PROTOCOL_VERSION, seq: 0, time, type, data, runId });
      return shaped({ v: PROTOCOL_VERSION, seq: 0, time, type, data, runId, agentId });
    }
    if (agentId === undefined)
      return shaped({ v: PROTOCOL_VERSION, seq: 0, time, type, data, runId, taskId });
    return shaped({ v: PROTOCOL_VERSION, seq: 0, time, type, data, runId, agentId, taskId });
  }
  return shaped({ v: PROTOCOL_VERSION, seq: 0, time, type, data, ...scope });
}

/** Hides the `seq` that a draft does not have yet. */
function shaped(event: EventDraft & { seq: number }): EventDraft {
  return event;
}
