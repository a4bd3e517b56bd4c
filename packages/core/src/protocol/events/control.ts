import type { Json, JsonObject } from '../../lib/json.js';
import type { Actor } from '../payload.js';

/** The graph that is drawn is the one that happened: one event for each edge that was taken. */
export interface EdgeTakenData {
  readonly from: string;
  readonly to: string;
  /** Name of the condition that chose it. */
  readonly condition?: string;
  /** Tasks that a fan-out sent along it. @default 1 */
  readonly count?: number;
}

/** Data of the events of edges, by type. */
export interface EdgeEvents {
  'edge.taken': EdgeTakenData;
}

/** A state from which the run resumes or forks. */
export interface CheckpointSavedData {
  readonly checkpointId: string;
  /** Commit version of the run that it stands for. */
  readonly version: number;
  readonly label?: string;
}

/** A new run began at a checkpoint of this one. */
export interface CheckpointForkedData {
  readonly checkpointId: string;
  /** The new run. */
  readonly forkRunId: string;
  readonly by?: Actor;
}

/** Checkpoints below this version were deleted. */
export interface CheckpointPrunedData {
  readonly belowVersion: number;
}

/** Data of the events of checkpoints, by type. */
export interface CheckpointEvents {
  'checkpoint.saved': CheckpointSavedData;
  'checkpoint.forked': CheckpointForkedData;
  'checkpoint.pruned': CheckpointPrunedData;
}

/** What a limit counts: money in nano-dollars, tokens, steps or seconds. */
export type BudgetUnit = 'usd' | 'tokens' | 'steps' | 'seconds';

/** What a limit is on. */
export type BudgetScopeKind = 'fleet' | 'thread' | 'run' | 'agent' | 'role' | 'node';

/** Time that a limit holds for; `run` has no end but the run's. */
export type BudgetPeriod = 'run' | 'day' | 'week' | 'month';

/** What happens when a limit is reached. */
export type OnLimit = 'warn' | 'pause' | 'ask' | 'downgrade' | 'stop';

/** A limit exists from now on; replaces one with the same `budgetId`. Amounts of unit `usd` are nano-dollars. */
export interface BudgetSetData {
  readonly budgetId: string;
  readonly scope: { readonly kind: BudgetScopeKind; readonly id?: string };
  readonly unit: BudgetUnit;
  readonly limit: number;
  /** Shares of the limit (0 to 1) at which `budget.warned` is sent. */
  readonly warnAt?: readonly number[];
  readonly onLimit: OnLimit;
  readonly period?: BudgetPeriod;
  readonly by?: Actor;
}

/** A threshold of a budget was passed. Amounts of unit `usd` are nano-dollars. */
export interface BudgetWarnedData {
  readonly budgetId: string;
  /** The threshold that was passed, a share of the limit. */
  readonly share: number;
  readonly spent: number;
  readonly limit: number;
}

/** The next reservation did not fit. */
export interface BudgetReachedData {
  readonly budgetId: string;
  readonly action: OnLimit;
  readonly spent: number;
  readonly limit: number;
  /** Amount that was asked for and refused. */
  readonly requested?: number;
}

/** The limit is another from now on; in nano-dollars where its unit is `usd`. */
export interface BudgetRaisedData {
  readonly budgetId: string;
  readonly limit: number;
  readonly by?: Actor;
}

/** Data of the events of budgets, by type. */
export interface BudgetEvents {
  'budget.set': BudgetSetData;
  'budget.warned': BudgetWarnedData;
  'budget.reached': BudgetReachedData;
  'budget.raised': BudgetRaisedData;
}

/** A person has to decide before the task goes on. */
export interface ApprovalRequestedData {
  readonly approvalId: string;
  readonly title: string;
  readonly details?: JsonObject;
  /** Answers to choose from. @default ['approve', 'reject'] */
  readonly options?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  /** Option that counts as decided when nobody answers until then; absent where the request then fails. */
  readonly onExpiry?: string;
}

/** An approval was answered; `decision` is one of its options. */
export interface ApprovalDecidedData {
  readonly approvalId: string;
  readonly decision: string;
  readonly note?: string;
  /** What else the person filled in. */
  readonly data?: Json;
  readonly by?: Actor;
}

/** Nobody answered in time; the approval can no longer be answered. */
export interface ApprovalExpiredData {
  readonly approvalId: string;
}

/** Data of the events of approvals, by type. */
export interface ApprovalEvents {
  'approval.requested': ApprovalRequestedData;
  'approval.decided': ApprovalDecidedData;
  'approval.expired': ApprovalExpiredData;
}

/** How bad it is: for knowing, for looking at soon, for looking at now. */
export type AlertSeverity = 'info' | 'warning' | 'critical';

/** A rule is broken from now on. `message` is for people, `details` holds its numbers. */
export interface AlertRaisedData {
  readonly alertId: string;
  readonly rule: string;
  readonly severity: AlertSeverity;
  readonly message: string;
  readonly details?: JsonObject;
}

/** Somebody has taken the alert on; it stays open until it is resolved. */
export interface AlertAcknowledgedData {
  readonly alertId: string;
  readonly by?: Actor;
}

/** What the alert told of is over. */
export interface AlertResolvedData {
  readonly alertId: string;
}

/** Data of the events of alerts, by type. */
export interface AlertEvents {
  'alert.raised': AlertRaisedData;
  'alert.acknowledged': AlertAcknowledgedData;
  'alert.resolved': AlertResolvedData;
}

/** State of the process that observes, for example memory or queue length. */
export interface SystemHealthData {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly component: string;
  readonly message?: string;
  readonly fields?: JsonObject;
}

/** State of one MCP server. */
export interface SystemMcpData {
  readonly server: string;
  readonly status: 'connected' | 'disconnected' | 'failed';
  readonly tools?: number;
  readonly message?: string;
}

/** Observed events were dropped before they got a `seq`; never silent, never journal events. */
export interface SystemDroppedData {
  /** How many by event type. */
  readonly counts: { readonly [type: string]: number };
  readonly reason: 'queue-full' | 'too-large' | 'invalid' | 'store-failed' | 'lease-lost';
}

/** Data of the events of the system, by type. */
export interface SystemEvents {
  'system.health': SystemHealthData;
  'system.mcp': SystemMcpData;
  'system.dropped': SystemDroppedData;
}
