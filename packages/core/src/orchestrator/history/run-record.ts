import type { Json } from '../../lib/json.js';
import type { Priority } from '../../protocol/events/task.js';
import type { BudgetList } from '../budgets/budget-options.js';

/*
 * Keys of a run's execution record. A run is rebuilt from how it began and the outcomes of its tasks in the order of
 * their commits; nothing else of its progress is stored.
 */

/** How the run began: a {@link RunBeginning}. */
export const RUN_BEGIN = 'run';
/** How and when it ended: `{ status, time }`; `time` is absent in older records. */
export const RUN_END = 'end';
/** Present while the run is paused. */
export const RUN_PAUSED = 'paused';
/**
 * Present while the run waits for people and no process holds it: a {@link ParkedRecord}. Whoever steers it, or the
 * first expiry, takes it up.
 */
export const RUN_PARKED = 'parked';
/** A question that is open, by approval id: a {@link AskedRecord}. */
export const ASKED_PREFIX = 'asked/';
/** A command that was carried out, by its id: `true`. */
export const COMMAND_PREFIX = 'command/';
/** A limit that was changed, by budget id: nano-dollars. */
export const BUDGET_PREFIX = 'budget/';
/** What became of a task: a {@link TaskOutcome}. */
export const OUTCOME_PREFIX = 'task/';
/** Number of the attempt that comes next, by task id, when earlier ones failed. */
export const ATTEMPT_PREFIX = 'attempt/';

/** An open question. */
export interface AskedRecord {
  /** Where the run asks: a task and its call. */
  readonly place: string;
  /** All that the person sees, word for word. */
  readonly shown: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** Options of a run that outlive its process. */
export interface StoredRunOptions {
  readonly threadId?: string;
  readonly priority?: Priority;
  readonly concurrency?: number;
  readonly budget?: BudgetList;
  readonly agentBudgets?: { readonly [agentId: string]: BudgetList };
  readonly roleBudgets?: { readonly [role: string]: BudgetList };
}

export interface ParkedRecord {
  /** When the first of its questions expires, in milliseconds since the epoch. */
  readonly wakeAt?: number;
}

export interface RunBeginning {
  readonly kind: 'graph' | 'function';
  /** Name under which it is registered. */
  readonly name: string;
  /** Input of the graph, or what a registered name was started with. */
  readonly input: Json;
  /** What the registered name was started with. */
  readonly args?: Json;
  /** The command that started or forked it. */
  readonly commandId?: string;
  readonly options: StoredRunOptions;
  /** Milliseconds since the epoch; absent in older records. */
  readonly startedAt?: number;
  /** What the conditional edges of START chose. */
  readonly chosen?: Json;
  /** Run and checkpoint that this one was forked from. */
  readonly forkOf?: { readonly runId: string; readonly checkpointId: string };
}

export interface TaskOutcome {
  readonly writes?: { readonly [field: string]: Json };
  readonly chosen?: Json;
  /** Fields that a fork replaced when the task had ended, whatever their reducers do. */
  readonly patch?: { readonly [field: string]: Json };
  /** The task failed and counts as a dead branch. */
  readonly failed?: true;
  /** Result of a task without a graph. */
  readonly result?: Json;
}
