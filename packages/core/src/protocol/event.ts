import type { AgentEvents } from './events/agent.js';
import type { ContextEvents, FileEvents, LogEvents, MessageEvents } from './events/content.js';
import type {
  AlertEvents,
  ApprovalEvents,
  BudgetEvents,
  CheckpointEvents,
  EdgeEvents,
  SystemEvents,
} from './events/control.js';
import type { RunEvents } from './events/run.js';
import type { SpanEvents, UsageEvents } from './events/span.js';
import type { TaskEvents } from './events/task.js';

/** Data type of every event type. */
export interface EventDataMap
  extends
    RunEvents,
    AgentEvents,
    TaskEvents,
    SpanEvents,
    UsageEvents,
    MessageEvents,
    FileEvents,
    LogEvents,
    EdgeEvents,
    CheckpointEvents,
    BudgetEvents,
    ApprovalEvents,
    AlertEvents,
    ContextEvents,
    SystemEvents {}

/** Every type of event that this version knows. */
export type EventType = keyof EventDataMap;

/** The part of a type before the dot. */
export type EventFamily = EventType extends `${infer Family}.${string}` ? Family : never;

/** What an event is about. Every event of one entity carries the same scope. */
export interface EventScope {
  readonly runId?: string;
  readonly threadId?: string;
  readonly agentId?: string;
  readonly taskId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
}

/**
 * One immutable entry of the log.
 *
 * @typeParam T event type; without it, the union of all known ones
 */
export type EventOf<T extends EventType> = T extends EventType
  ? EventScope & {
      /** {@link PROTOCOL_VERSION} of the writer. */
      readonly v: number;
      /** Position in the log of its tenant, without holes, assigned by the store. The only order there is. */
      readonly seq: number;
      /** Milliseconds since the epoch by the emitter's clock, integer. For display; never for order. */
      readonly time: number;
      /** The sender's own key; the store ignores a second event with the same one. */
      readonly id?: string;
      readonly tenant?: string;
      /** A merged event stands for every `seq` of this closed range; its own `seq` is the last. */
      readonly covers?: readonly [from: number, to: number];
      readonly type: T;
      readonly data: EventDataMap[T];
    }
  : never;

/** Any event whose type this version knows. */
export type KnownEvent = EventOf<EventType>;

/** An event of a type that a newer writer invented: kept, carried, ignored by the fold. */
export type UnknownEvent = EventScope & {
  readonly v: number;
  readonly seq: number;
  readonly time: number;
  readonly id?: string;
  readonly tenant?: string;
  readonly covers?: readonly [from: number, to: number];
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** An entry of the log as it is stored, carried and folded. Narrow it with {@link isEvent}. */
export type FleetEvent = UnknownEvent;

/** An event before the store has accepted it: everything but `seq`. */
export type EventDraft = Omit<UnknownEvent, 'seq' | 'covers'>;

/** What a sender writes down; `v` and `time` are stamped by the emitter. */
export type EventInput<T extends EventType = EventType> = T extends EventType
  ? EventScope & {
      readonly type: T;
      readonly data: EventDataMap[T];
      /** @default the clock's present */
      readonly time?: number;
      /** The sender's own key, for stores that are asked to ignore what they hold already. @default none */
      readonly id?: string;
    }
  : never;

const TYPES: { readonly [T in EventType]: true } = {
  'run.created': true,
  'run.started': true,
  'run.waiting': true,
  'run.paused': true,
  'run.resumed': true,
  'run.completed': true,
  'run.failed': true,
  'run.cancelled': true,
  'run.stopped': true,
  'run.labelled': true,
  'agent.joined': true,
  'agent.status': true,
  'agent.heartbeat': true,
  'agent.left': true,
  'task.created': true,
  'task.assigned': true,
  'task.started': true,
  'task.progress': true,
  'task.waiting': true,
  'task.paused': true,
  'task.resumed': true,
  'task.retrying': true,
  'task.completed': true,
  'task.failed': true,
  'task.cancelled': true,
  'task.skipped': true,
  'task.stopped': true,
  'task.moved': true,
  'task.updated': true,
  'span.started': true,
  'span.updated': true,
  'span.ended': true,
  'usage.recorded': true,
  'message.appended': true,
  'message.delta': true,
  'file.read': true,
  'file.created': true,
  'file.modified': true,
  'file.deleted': true,
  'file.moved': true,
  'log.written': true,
  'edge.taken': true,
  'checkpoint.saved': true,
  'checkpoint.forked': true,
  'checkpoint.pruned': true,
  'budget.set': true,
  'budget.warned': true,
  'budget.reached': true,
  'budget.raised': true,
  'approval.requested': true,
  'approval.decided': true,
  'approval.expired': true,
  'alert.raised': true,
  'alert.acknowledged': true,
  'alert.resolved': true,
  'context.measured': true,
  'system.health': true,
  'system.mcp': true,
  'system.dropped': true,
};

/** Every known event type. */
export const EVENT_TYPES = Object.keys(TYPES) as readonly EventType[];

/** Whether this version knows the type. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(TYPES, type);
}

/**
 * Narrows an event to one type. It trusts the writer for the shape of `data`: events from outside the process are
 * checked at ingest, and the fold guards each field that it reads.
 */
export function isEvent<T extends EventType>(event: FleetEvent, type: T): event is FleetEvent & EventOf<T> {
  return event.type === type;
}
