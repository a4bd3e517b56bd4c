import type { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Lease } from '../../log/store.js';
import type { WorkStatus } from '../../model/status.js';
import type { TaskWaitingData } from '../../protocol/events/task.js';
import type { CommandOrigin } from './command-origin.js';
import type { Decision } from '../calls/context.js';
import type { RunCore, Task } from './run-core.js';
import type { Parked, RunOutcome } from './run-ending.js';

/** What drives the tasks of a run: a graph or a function. */
export interface RunDriver {
  /** Something that held tasks back is gone. */
  proceed(): void;
  /** A task waits. For money it keeps its place in the run: others of its kind would only wait too. */
  waits(task: Task, reason: TaskWaitingData['reason']): void;
  /** It goes on, whether there is a place or not. */
  goesOn(task: Task): void;
  /** Something will happen by itself. */
  busy(): boolean;
  /** The run ends: nothing may start any more. Tasks that are ready or will be retried are given back. */
  end(): readonly Task[];
}

/** A run in this process: its books, and the only way to change its status. */
export interface RunControl extends RunCore {
  status(): WorkStatus;
  /** It left memory to wait elsewhere; what it is told now is lost. */
  parked(): boolean;
  /** How it ended, or that it left memory to wait elsewhere. */
  readonly outcome: Promise<RunOutcome | Parked>;
  lease: Lease;
  drive(driver: RunDriver): void;
  complete(output: unknown): void;
  fail(cause: unknown): void;
  cancel(message?: string, origin?: CommandOrigin): void;
  resume(origin?: CommandOrigin): Promise<void>;
  setBudget(budgetId: string, limit: number, origin?: CommandOrigin): Promise<void>;
  decide(approvalId: string, decision: Decision, origin?: CommandOrigin): Promise<void>;
  /** Lets go of the run without a word to the store: someone else owns it, or the store failed. */
  abandon(error: FleetglassError): void;
}
