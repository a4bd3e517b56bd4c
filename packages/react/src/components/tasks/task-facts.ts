import type { TaskState, TaskSummary, WorkStatus } from '@fleetglass/core/client';
import { plainText } from '../../lib/plain-text.js';
import type { TasksLabels } from './tasks-labels.js';

/** What a line about a task says at once; its figures follow at their own pace. */
export const selectWork = ({
  name,
  node,
  status,
  reason,
  message,
  error,
  by,
  statusSince,
  agentId,
  attempt,
  complexity,
  priority,
  type,
}: TaskState) => ({
  name,
  node,
  status,
  reason,
  message,
  error,
  by,
  statusSince,
  agentId,
  attempt,
  complexity,
  priority,
  type,
});

export type TaskWork = ReturnType<typeof selectWork>;

/** Longest text of an agent in a line; the whole is in the details. */
const LONGEST = 240;

/** An agent's text, short enough for a line. */
export function shortText(text: string): string {
  return plainText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

export function nameOf({ name }: Pick<TaskState, 'name'>, words: TasksLabels): string {
  return name.trim() === '' ? words.unnamed : shortText(name);
}

/** Words for a status and its reason; `undefined` where nothing has to be explained. */
export function pickReason(
  texts: { readonly [status: string]: { readonly [reason: string]: string } },
  { status, reason = '' }: Pick<TaskWork, 'status' | 'reason'>,
): string | undefined {
  const reasons = texts[status];
  if (!reasons) return undefined;
  return (Object.hasOwn(reasons, reason) ? reasons[reason] : undefined) ?? reasons[''];
}

/** Why a task does not go on, in one line; `undefined` while it does. */
export function whyOf(
  task: Pick<TaskWork, 'status' | 'reason' | 'message' | 'error'>,
  words: TasksLabels,
): string | undefined {
  const reason = pickReason(words.why, task);
  if (reason === undefined) return task.reason === 'reused' ? words.reused : undefined;
  const said = task.error?.message ?? task.message;
  return said === undefined || said === '' ? reason : words.whySaid(reason, shortText(said));
}

/** One status for many tasks: what most needs to be looked at while they go on, then what became of them. */
export function statusOf({
  counts,
  tasks,
  ended,
}: Pick<TaskSummary, 'counts' | 'tasks' | 'ended'>): WorkStatus {
  const has = (status: WorkStatus): boolean => (counts[status] ?? 0) > 0;
  const first = (statuses: readonly WorkStatus[]): WorkStatus | undefined => statuses.find(has);
  if (ended < tasks) {
    const begun = ended > 0 ? 'running' : 'queued';
    return first(['running', 'waiting', 'paused']) ?? begun;
  }
  return first(['failed', 'stopped', 'completed', 'cancelled', 'skipped']) ?? 'queued';
}
