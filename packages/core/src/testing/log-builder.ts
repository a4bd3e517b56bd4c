import type { EventDataMap, EventScope, EventType, FleetEvent } from '../protocol/event.js';
import { PROTOCOL_VERSION } from '../protocol/version.js';

/** Appends an event to a log and returns it. */
export type Append = <T extends EventType>(type: T, scope: EventScope, data: EventDataMap[T]) => FleetEvent;

/** A log that is written by hand, with the positions that a store would give. */
export interface LogBuilder {
  readonly events: FleetEvent[];
  readonly append: Append;
  /** Lets time pass before the next event. */
  readonly advance: (ms: number) => void;
}

/** @param start milliseconds since the epoch, the time of the first event */
export function createLog(start = Date.UTC(2026, 0, 1)): LogBuilder {
  const events: FleetEvent[] = [];
  let time = start;
  return {
    events,
    advance: (ms) => void (time += ms),
    append(type, scope, data) {
      const event = { v: PROTOCOL_VERSION, seq: events.length + 1, time, type, ...scope, data };
      // The compiler cannot follow that type and data belong together.
      events.push(event as unknown as FleetEvent);
      return event as unknown as FleetEvent;
    },
  };
}
