/**
 * Events, frames and commands as types, with the guards that read them from outside. Normative words are in
 * `docs/protocol.md`.
 *
 * @packageDocumentation
 */
export { PROTOCOL_VERSION, MIN_PROTOCOL_VERSION } from './protocol/version.js';
export { encodeCursor, decodeCursor } from './protocol/cursor.js';
export type { Cursor, CursorPosition } from './protocol/cursor.js';
export { EVENT_TYPES, isEvent, isEventType } from './protocol/event.js';
export { isRunEnd } from './protocol/run-end.js';
export type {
  EventDataMap,
  EventDraft,
  EventFamily,
  EventInput,
  EventOf,
  EventScope,
  EventType,
  FleetEvent,
  KnownEvent,
  UnknownEvent,
} from './protocol/event.js';
export type * from './protocol/events/agent.js';
export type * from './protocol/events/content.js';
export type * from './protocol/events/control.js';
export type * from './protocol/events/run.js';
export type * from './protocol/events/span.js';
export type * from './protocol/events/task.js';
export type { Json, JsonObject } from './lib/json.js';
export type { Actor, BlobRef, Failure, Payload } from './protocol/payload.js';
export type { Cost, CostBasis, KnownCostBasis, Usage } from './protocol/usage.js';
export { decodeEvent, decodeServerFrame } from './protocol/decode.js';
export { compileFilter, EVERYTHING, filterKey, selectsEverything } from './protocol/filter.js';
export type { Filter } from './protocol/filter.js';
export { MERGEABLE_TYPES } from './protocol/merge.js';
export type * from './protocol/command.js';
export type * from './protocol/frame.js';
