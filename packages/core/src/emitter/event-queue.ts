import type { EventDraft } from '../protocol/event.js';
import { MERGEABLE_TYPES, mergeEvents } from '../protocol/merge.js';

/** Events that wait for the store. */
export interface EventQueue {
  readonly length: number;
  push(event: EventDraft): void;
  /** Merges the event into one that waits already, where that is possible. @returns whether it was */
  merge(event: EventDraft): boolean;
  /** Everything that waits, in order; the queue is empty then. */
  take(): EventDraft[];
}

/** Families that tell a story about the entities of mergeable events: nothing is moved across them. */
const BARRIER = /^(?:run|task|agent|span|message)\./;

const entityOf = (event: EventDraft): string =>
  JSON.stringify([
    event.type,
    event.runId,
    event.agentId,
    event.taskId,
    event.spanId,
    event.type === 'message.delta' && event.data['messageId'],
  ]);

export function createEventQueue(): EventQueue {
  let events: EventDraft[] = [];
  /** Place of the last mergeable event of each entity since the last barrier. */
  const places = new Map<string, number>();

  return {
    get length() {
      return events.length;
    },
    push(event) {
      events.push(event);
    },
    merge(event) {
      if (!MERGEABLE_TYPES.has(event.type)) {
        if (BARRIER.test(event.type)) places.clear();
        return false;
      }
      const entity = entityOf(event);
      const place = places.get(entity);
      const target = place === undefined ? undefined : events[place];
      const merged = target && mergeEvents(target, event);
      if (merged && place !== undefined) {
        events[place] = merged;
        return true;
      }
      // Where the caller appends it next.
      places.set(entity, events.length);
      return false;
    },
    take() {
      const taken = events;
      events = [];
      places.clear();
      return taken;
    },
  };
}
