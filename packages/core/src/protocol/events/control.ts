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

export interface CheckpointEvents {
  'checkpoint.saved': CheckpointSavedData;
  'checkpoint.forked': CheckpointForkedData;
  'checkpoint.pruned': CheckpointPrunedData;
}

export type BudgetUnit = 'usd' | 'tokens' | 'steps' | 'seconds';

export type BudgetScopeKind = 'fleet' | 'thread' | 'run' | 'agent' | 'role' | 'node';

export type BudgetPeriod = 'run' | 'day' | 'week' | 'month';

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

export interface BudgetRaisedData {
  readonly budgetId: string;
  readonly limit: number;
  readonly by?: Actor;
}

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

export interface ApprovalDecidedData {
  readonly approvalId: string;
  readonly decision: string;
  readonly note?: string;
  /** What else the person filled in. */
  readonly data?: Json;
  readonly by?: Actor;
}

export interface ApprovalExpiredData {
  readonly approvalId: string;
}

export interface ApprovalEvents {
  'approval.requested': ApprovalRequestedData;
  'approval.decided': ApprovalDecidedData;
  'approval.expired': ApprovalExpiredData;
}

export type AlertSeverity = 'info' | 'warning' | 'critical';

export interface AlertRaisedData {
  readonly alertId: string;
  readonly rule: string;
  readonly severity: AlertSeverity;
  readonly message: string;
  readonly details?: JsonObject;
}

export interface AlertAcknowledgedData {
  readonly alertId: string;
  readonly by?: Actor;
}

export interface AlertResolvedData {
  readonly alertId: string;
}

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

export interface SystemEvents {
  'system.health': SystemHealthData;
  'system.mcp': SystemMcpData;
  'system.dropped': SystemDroppedData;
}
