import type { Actor, Failure, Payload } from '../payload.js';

/** How soon somebody wants it done. */
export type Priority = 'critical' | 'high' | 'normal' | 'low';

/** How hard a task is, as it was judged before its work began. */
export type Complexity = 'simple' | 'moderate' | 'complex';

/** Exists and can be seen; every event of a task carries the same `runId`, `taskId` and, where one performs it, `agentId`. */
export interface TaskCreatedData {
  readonly name: string;
  /** Node of the graph that the task executes. */
  readonly node?: string;
  readonly parentTaskId?: string;
  readonly type?: string;
  readonly complexity?: Complexity;
  readonly priority?: Priority;
  readonly role?: string;
  /** Place inside a fan-out, for example the third of forty. */
  readonly branch?: { readonly index: number; readonly of: number };
}

/** The envelope's `agentId` is the agent that will perform the task. */
export interface TaskAssignedData {
  readonly by?: Actor;
}

/** An attempt of the task began. */
export interface TaskStartedData {
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** Replaces the progress shown before. May be merged; the last one counts. */
export interface TaskProgressData {
  readonly done: number;
  readonly total?: number;
  readonly message?: string;
}

/** The task waits for something outside of it, which `reason` names. */
export interface TaskWaitingData {
  readonly reason: 'approval' | 'budget' | 'dependency' | 'concurrency' | 'retry' | 'other';
  readonly message?: string;
}

/** The task does nothing until it is resumed. */
export interface TaskPausedData {
  readonly by?: Actor;
  readonly message?: string;
}

/** The task goes on. */
export interface TaskResumedData {
  readonly by?: Actor;
}

/** An attempt failed and another one will start. */
export interface TaskRetryingData {
  /** Number of the attempt that failed. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: Failure;
}

/** The task is done; what it gave back is in `output`, by reference when large. */
export interface TaskCompletedData {
  readonly output?: Payload;
  /** Its result is an earlier one, of the run that this one was forked from or of its node's cache; nothing was paid. */
  readonly reused?: boolean;
}

/** The task ended with an error, after its last attempt. */
export interface TaskFailedData {
  readonly attempt: number;
  readonly error: Failure;
}

/** The task was cancelled before it was done. */
export interface TaskCancelledData {
  readonly message?: string;
  readonly by?: Actor;
}

/** Will never run: every way to it is dead. */
export interface TaskSkippedData {
  readonly message?: string;
}

/** The task was ended by a limit. */
export interface TaskStoppedData {
  readonly reason: 'budget' | 'steps' | 'time' | 'other';
  readonly message?: string;
}

/** Changed its place on a board or in a folder. */
export interface TaskMovedData {
  readonly from?: string;
  readonly to: string;
}

/** Replaces the given fields of `created`. */
export interface TaskUpdatedData {
  readonly name?: string;
  readonly type?: string;
  readonly complexity?: Complexity;
  readonly priority?: Priority;
  readonly role?: string;
}

/** Data of the events of tasks, by type. */
export interface TaskEvents {
  'task.created': TaskCreatedData;
  'task.assigned': TaskAssignedData;
  'task.started': TaskStartedData;
  'task.progress': TaskProgressData;
  'task.waiting': TaskWaitingData;
  'task.paused': TaskPausedData;
  'task.resumed': TaskResumedData;
  'task.retrying': TaskRetryingData;
  'task.completed': TaskCompletedData;
  'task.failed': TaskFailedData;
  'task.cancelled': TaskCancelledData;
  'task.skipped': TaskSkippedData;
  'task.stopped': TaskStoppedData;
  'task.moved': TaskMovedData;
  'task.updated': TaskUpdatedData;
}
