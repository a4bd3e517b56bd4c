import type { Json } from '../lib/json.js';
import type { WireError } from '../errors/fleetglass-error.js';

/** Stop the run and everything in it; its signals abort. Refused with `RUN_ENDED` when it is over. */
export interface CancelCommand {
  readonly type: 'cancel';
  readonly runId: string;
  readonly message?: string;
}

/** Let running tasks finish and start no new one. */
export interface PauseCommand {
  readonly type: 'pause';
  readonly runId: string;
}

/** Go on after a pause. */
export interface ResumeCommand {
  readonly type: 'resume';
  readonly runId: string;
}

/** Answer an approval. The first answer counts. */
export interface DecideCommand {
  readonly type: 'decide';
  readonly runId: string;
  readonly approvalId: string;
  readonly decision: string;
  readonly note?: string;
  /** What else the person filled in. */
  readonly data?: Json;
}

/**
 * Take an alert on, in the name of whoever sends it; the first one counts. It stays open until it is resolved. Refused
 * with `ALERT_NOT_FOUND` when it is unknown or resolved, with `FORBIDDEN` when its run is a recording.
 */
export interface AcknowledgeCommand {
  readonly type: 'acknowledge';
  /** The alert's run; absent for one of the whole fleet. */
  readonly runId?: string;
  readonly alertId: string;
}

/** Change the limit of a budget, in nano-dollars for unit `usd`. */
export interface SetBudgetCommand {
  readonly type: 'setBudget';
  readonly runId?: string;
  readonly budgetId: string;
  readonly limit: number;
}

/** Start a run of something that the host registered under `name`; the result is `{ runId }`. */
export interface StartCommand {
  readonly type: 'start';
  readonly name: string;
  readonly input?: Json;
}

/** Start a new run from a checkpoint; the result is `{ runId }`. */
export interface ForkCommand {
  readonly type: 'fork';
  readonly runId: string;
  readonly checkpointId: string;
  /** Fields of the state to replace. */
  readonly patch?: Json;
}

/** A request from a viewer. */
export type Command =
  | CancelCommand
  | PauseCommand
  | ResumeCommand
  | DecideCommand
  | AcknowledgeCommand
  | SetBudgetCommand
  | StartCommand
  | ForkCommand;

/** What a viewer may ask for. */
export type CommandType = Command['type'];

/** What became of a command. */
export type CommandResult =
  { readonly ok: true; readonly result?: Json } | { readonly ok: false; readonly error: WireError };
