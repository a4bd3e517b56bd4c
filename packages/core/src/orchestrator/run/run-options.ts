import type { WorkStatus } from '../../model/status.js';
import type { Priority } from '../../protocol/events/task.js';
import type { BudgetList } from '../budgets/budget-options.js';
import type { Decision } from '../calls/context.js';

/** What one run gets besides its input. */
export interface RunOptions {
  /** @default a new id */
  readonly id?: string;
  /** Name for people, and under which a registered graph is found again after a crash. @default the graph's */
  readonly name?: string;
  /** Conversation or ticket that the run belongs to. */
  readonly threadId?: string;
  readonly labels?: { readonly [name: string]: string };
  /** @default 'normal' */
  readonly priority?: Priority;
  /** Limits of the whole run; the id of the one in USD is `run`, of others `run:tokens` and so on. @default none */
  readonly budget?: BudgetList;
  /** Limits by agent; their ids are `agent:` and the agent's name. */
  readonly agentBudgets?: { readonly [agent: string]: BudgetList };
  /** Limits for all agents of a role; their ids are `role:` and the role. */
  readonly roleBudgets?: { readonly [role: string]: BudgetList };
  /** Tasks that may run at once. @default no limit */
  readonly concurrency?: number;
  /** Whether the run can be recovered after a crash. Its events are kept either way. @default true */
  readonly checkpoint?: boolean;
  /** Cancels the run when it aborts. */
  readonly signal?: AbortSignal;
}

/** A run that was started. It is not a promise: await {@link Run.result}. */
export interface Run<Output> {
  readonly id: string;
  /**
   * The final state, or what the function returned.
   *
   * Rejects with a FleetglassError: `TASK_FAILED` or the failing task's own code, `CANCELLED`, `BUDGET_EXCEEDED`,
   * `STEP_LIMIT`, or `LEASE_LOST` when another process took the run over.
   */
  readonly result: Promise<Output>;
  readonly status: WorkStatus;
  /** Resolves when the run is told; its end is {@link Run.result}. Does nothing when it is over. */
  cancel(message?: string): Promise<void>;
  /** Lets running tasks finish and starts no new one. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** @throws FleetglassError `APPROVAL_NOT_FOUND`, `BAD_INPUT`, `RUN_ENDED` */
  decide(approvalId: string, decision: string | Decision): Promise<void>;
  /** @param limitUsd the new limit in USD. @throws FleetglassError `NOT_FOUND`, `RUN_ENDED` */
  setBudget(budgetId: string, limitUsd: number): Promise<void>;
}
