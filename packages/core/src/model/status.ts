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
