import type { EventType } from './event.js';

/**
 * The only types that may be merged before or after they get a `seq`. Everything else is delivered exactly as it was
 * accepted.
 */
export const MERGEABLE_TYPES: ReadonlySet<string> = new Set<EventType>([
  'message.delta',
  'task.progress',
  'agent.heartbeat',
  'usage.recorded',
  'context.measured',
]);
