import type { JsonObject } from '../lib/json.js';
import type { CostTotals } from '../model/cost.js';
import type { WorkStatus } from '../model/status.js';
import type { UsageTotals } from '../model/usage.js';
import type { AgentStatus } from '../protocol/events/agent.js';
import type { MessagePart, MessageRole } from '../protocol/events/content.js';
import type {
  AlertRaisedData,
  ApprovalRequestedData,
  BudgetSetData,
  BudgetUnit,
  CheckpointSavedData,
} from '../protocol/events/control.js';
import type { GraphShape } from '../protocol/events/run.js';
import type { SpanKind, SpanStatus } from '../protocol/events/span.js';
import type { Complexity, Priority } from '../protocol/events/task.js';
import type { Actor, Failure, Payload } from '../protocol/payload.js';
import type { AgentKey, MessageKey, SpanKey, TaskKey } from './keys.js';
import type { List } from './list.js';
import type { Series } from './series.js';
import type { Table } from './table.js';

/** Version of {@link FleetState} in its stored form; a snapshot of another version is dropped and folded anew. */
export const STATE_VERSION = 3;

/** Sums over model calls and tools; never includes what a parent or child carries itself. */
export interface Totals {
  readonly cost: CostTotals;
  readonly usage: UsageTotals;
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly toolErrors: number;
}

/** One line of the activity feed: the few facts of an event that its sentence needs. */
export interface FeedEntry {
  readonly seq: number;
  readonly time: number;
  readonly type: string;
  readonly agentId?: string;
  readonly taskId?: string;
  readonly spanId?: string;
  /** What it is about: a task's, span's, file's or alert's name. */
  readonly subject?: string;
  /** Reason, error message or log text. */
  readonly detail?: string;
  readonly severity?: 'info' | 'warning' | 'error';
  readonly by?: Actor;
  /** What a budget's event says, in the budget's unit (`usd` in nano-dollars). */
  readonly amounts?: { readonly spent?: number; readonly limit: number; readonly unit: BudgetUnit };
}

/**
 * What the events told of one run. Times are milliseconds since the epoch; totals hold what its agents and tasks
 * spent.
 */
export interface RunState {
  readonly id: string;
  /** Positions of its first and its newest event in the log. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly threadId?: string;
  readonly name: string;
  readonly status: WorkStatus;
  /** Code such as `approval` or `budget`. */
  readonly reason?: string;
  readonly message?: string;
  readonly by?: Actor;
  readonly error?: Failure;
  readonly statusSince: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Position of its end in the log. */
  readonly endedSeq?: number;
  readonly lastEventAt: number;
  readonly priority?: Priority;
  readonly source?: string;
  readonly forkOf?: { readonly runId: string; readonly checkpointId: string };
  readonly labels: { readonly [name: string]: string };
  readonly facts?: JsonObject;
  readonly graph?: GraphShape;
  readonly input?: Payload;
  readonly output?: Payload;
  readonly agents: List<AgentKey>;
  readonly tasks: List<TaskKey>;
  readonly spans: List<SpanKey>;
  readonly messages: List<MessageKey>;
  readonly totals: Totals;
  /** Tasks by status. */
  readonly taskCounts: { readonly [S in WorkStatus]?: number };
  /** Nano-dollars reserved for calls in flight. */
  readonly reservedNanoUsd: number;
  /** Nano-dollars spent over time. */
  readonly spend: Series;
  /** Times an edge was taken, by `from` and `to` joined with `→`. */
  readonly edges: { readonly [edge: string]: number };
  readonly checkpoints: readonly (CheckpointSavedData & { readonly seq: number; readonly time: number })[];
  /** Newest last; bounded. */
  readonly feed: readonly FeedEntry[];
  /** Spans and messages that were forgotten to stay within bounds; totals still hold them. */
  readonly forgotten: { readonly spans: number; readonly messages: number };
  /** Events of the run that were dropped before they were accepted, by type. */
  readonly dropped: { readonly [type: string]: number };
}

/** A moment at which an agent's status changed. */
export interface AgentTransition {
  readonly time: number;
  readonly status: AgentStatus;
  readonly activity?: string;
}

/** What the events told of one agent. Times are milliseconds since the epoch. */
export interface AgentState {
  readonly key: AgentKey;
  readonly id: string;
  readonly runId?: string;
  readonly threadId?: string;
  readonly name: string;
  readonly role?: string;
  readonly model?: string;
  readonly parentAgentId?: string;
  readonly concurrency?: number;
  readonly status: AgentStatus;
  readonly activity?: string;
  readonly statusSince: number;
  readonly joinedAt: number;
  readonly lastEventAt: number;
  /** Status over time, oldest first; bounded, the oldest are forgotten. */
  readonly transitions: readonly AgentTransition[];
  readonly totals: Totals;
  readonly runningTasks: number;
  readonly completedTasks: number;
  readonly failedTasks: number;
  readonly context?: { readonly usedTokens: number; readonly limitTokens: number };
}

/** What the events told of one task. Times are milliseconds since the epoch. */
export interface TaskState {
  readonly key: TaskKey;
  readonly id: string;
  readonly runId?: string;
  readonly threadId?: string;
  readonly agentId?: string;
  readonly name: string;
  readonly node?: string;
  readonly parentTaskId?: string;
  readonly type?: string;
  readonly complexity?: Complexity;
  readonly priority?: Priority;
  readonly role?: string;
  readonly branch?: { readonly index: number; readonly of: number };
  readonly status: WorkStatus;
  /** Code such as `approval`; `reused` for a completed task whose result is an earlier one. */
  readonly reason?: string;
  readonly message?: string;
  readonly by?: Actor;
  readonly error?: Failure;
  readonly statusSince: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Position of its end in the log; the order of these is the order of commits. */
  readonly endedSeq?: number;
  readonly attempt: number;
  readonly progress?: { readonly done: number; readonly total?: number; readonly message?: string };
  readonly output?: Payload;
  /** Column of a board that it was moved to. */
  readonly column?: string;
  readonly totals: Totals;
}

/** What the events told of one span. Times are milliseconds since the epoch. */
export interface SpanState {
  readonly key: SpanKey;
  readonly id: string;
  readonly runId?: string;
  readonly threadId?: string;
  readonly agentId?: string;
  readonly taskId?: string;
  readonly parentSpanId?: string;
  readonly kind: SpanKind;
  readonly name: string;
  readonly model?: string;
  readonly provider?: string;
  readonly status: 'running' | SpanStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** What it has cost so far; provisional while it runs. */
  readonly cost: CostTotals;
  readonly usage: UsageTotals;
  readonly computedNanoUsd?: number;
  readonly reservedNanoUsd?: number;
  readonly overrunNanoUsd?: number;
  readonly firstTokenMs?: number;
  readonly reused?: boolean;
  readonly error?: Failure;
  readonly input?: Payload;
  readonly output?: Payload;
}

export interface BudgetState extends BudgetSetData {
  readonly runId?: string;
  readonly threadId?: string;
  readonly agentId?: string;
  readonly taskId?: string;
  readonly setAt: number;
  /** Shares of the limit that were passed. */
  readonly warned: readonly number[];
  /** When a reservation did not fit; absent again after the limit was raised. */
  readonly reachedAt?: number;
}

export interface ApprovalState extends ApprovalRequestedData {
  readonly runId?: string;
  readonly threadId?: string;
  readonly agentId?: string;
  readonly taskId?: string;
  readonly requestedAt: number;
  readonly status: 'pending' | 'decided' | 'expired';
  readonly decision?: string;
  readonly note?: string;
  readonly by?: Actor;
  readonly decidedAt?: number;
}

/** What became of an alert, with who took it on. */
export interface AlertState extends AlertRaisedData {
  readonly runId?: string;
  readonly threadId?: string;
  readonly agentId?: string;
  readonly taskId?: string;
  readonly raisedAt: number;
  readonly status: 'raised' | 'acknowledged' | 'resolved';
  readonly by?: Actor;
}

/** A message as far as it has arrived. */
export interface MessageState {
  readonly key: MessageKey;
  readonly id: string;
  readonly runId?: string;
  readonly threadId?: string;
  readonly agentId?: string;
  readonly taskId?: string;
  readonly role: MessageRole;
  readonly parts: readonly MessagePart[];
  readonly time: number;
  /** Deltas arrived and the whole message did not yet. */
  readonly streaming: boolean;
}

/**
 * Everything that the events say, up to `seq`. Immutable: a fold returns a new state that shares every untouched
 * part with the old one, so identity tells what changed.
 */
export interface FleetState {
  readonly stateVersion: number;
  /** Last event folded; 0 in the empty state. */
  readonly seq: number;
  /** Greatest `time` folded, in milliseconds since the epoch. */
  readonly time: number;
  readonly runs: Table<RunState>;
  readonly agents: Table<AgentState>;
  readonly tasks: Table<TaskState>;
  readonly spans: Table<SpanState>;
  readonly messages: Table<MessageState>;
  /** By `runId/budgetId`. */
  readonly budgets: Table<BudgetState>;
  /** By `runId/approvalId`. */
  readonly approvals: Table<ApprovalState>;
  /** By `runId/alertId`. */
  readonly alerts: Table<AlertState>;
  /** Events of no particular run that were dropped before they were accepted, by type. */
  readonly dropped: { readonly [type: string]: number };
}
