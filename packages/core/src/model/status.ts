/** Every status, in the order in which they are told: what goes on, what went wrong, what is over. */
export const WORK_STATUSES: readonly WorkStatus[] = [
  'running',
  'waiting',
  'paused',
  'queued',
  'failed',
  'stopped',
  'cancelled',
  'completed',
  'skipped',
];

/** Status of a run or a task. */
export type WorkStatus =
  'queued' | 'running' | 'waiting' | 'paused' | 'completed' | 'failed' | 'cancelled' | 'skipped' | 'stopped';

const FINAL: ReadonlySet<WorkStatus> = new Set<WorkStatus>([
  'completed',
  'failed',
  'cancelled',
  'skipped',
  'stopped',
]);

/** Whether nothing can follow. */
export function isFinal(status: WorkStatus): boolean {
  return FINAL.has(status);
}
