import type { EventType } from './event.js';

const RUN_ENDS: ReadonlySet<string> = new Set<EventType>([
  'run.completed',
  'run.failed',
  'run.cancelled',
  'run.stopped',
]);

/** Whether an event of this type is the last that a run tells of itself. */
export function isRunEnd(type: string): boolean {
  return RUN_ENDS.has(type);
}
