import type { Json, JsonObject } from '../../lib/json.js';
import type { Actor, Failure } from '../../protocol/payload.js';
import type { FileData, LogLevel, MessagePart, MessageRole } from '../../protocol/events/content.js';
import type { SpanKind } from '../../protocol/events/span.js';
import type { Cost, Usage } from '../../protocol/usage.js';
import type { ModelRequest, ModelResult } from './model-provider.js';

/** How a tool's call is recorded and repeated. */
export interface ToolOptions {
  readonly input?: Json;
  readonly key?: string;
}

/** A span while it runs: its id, and the signal that ends it. */
export interface SpanScope {
  readonly spanId: string;
  readonly signal: AbortSignal;
}

/** Tokens of a call that went past the run, with their cost. */
export interface UsageReport {
  readonly usage: Usage;
  readonly cost?: Cost;
  readonly model?: string;
}

/**
 * What running code may do. Everything it reports becomes an event; nothing that it reports can throw into it or make
 * it wait, except what has to be recorded before going on (`model`, `tool`, `once`, `approve`).
 */
export interface TaskContext {
  readonly runId: string;
  readonly taskId: string;
  readonly agentId: string | undefined;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts on cancel, on timeout, on a lost lease and when a budget stops the run. */
  readonly signal: AbortSignal;
  /**
   * A reserved, priced and recorded model call. Its result is committed before it resolves.
   *
   * @throws FleetglassError `BUDGET_EXCEEDED` when it does not fit, `UNKNOWN_PRICE` when a hard limit is set and the
   * price is not known
   */
  model(request: ModelRequest): Promise<ModelResult>;
  /** Runs `fn` as a tool call; its result is recorded and reused by a repetition of the task. */
  tool<T extends Json>(
    name: string,
    fn: (scope: SpanScope) => T | Promise<T>,
    options?: ToolOptions,
  ): Promise<T>;
  /** Like {@link TaskContext.tool} without a visible span: `fn` runs once for `key`, whatever happens to the task. */
  once<T extends Json>(key: string, fn: () => T | Promise<T>): Promise<T>;
  /** Times `fn` and shows it; nothing is recorded for reuse. */
  span<T>(
    name: string,
    fn: (scope: SpanScope) => T | Promise<T>,
    options?: { kind?: SpanKind; input?: Json },
  ): Promise<T>;
  /** Reports tokens (and cost, where known) of a call that was made without {@link TaskContext.model}. */
  usage(report: UsageReport): void;
  message(role: MessageRole, parts: string | readonly MessagePart[]): void;
  file(action: 'read' | 'created' | 'modified' | 'deleted', file: FileData): void;
  log(level: LogLevel, message: string, fields?: JsonObject): void;
  progress(done: number, total?: number, message?: string): void;
  /** Sets the agent's line of activity. */
  activity(text: string): void;
  /** Sign of life for idle timeouts. */
  heartbeat(): void;
  /** Waits for a person's decision. */
  approve(request: ApprovalRequest): Promise<Decision>;
}

/** What a person is asked. */
export interface ApprovalRequest {
  readonly title: string;
  readonly details?: JsonObject;
  /** @default ['approve', 'reject'] */
  readonly options?: readonly string[];
  /** Milliseconds until nobody may answer any more, counted on through a restart. @default never */
  readonly expiresInMs?: number;
  /** What counts as decided then, one of the options. @default the request fails with `TIMEOUT` */
  readonly onExpiry?: string;
}

/** What a person answered. */
export interface Decision {
  readonly decision: string;
  readonly note?: string;
  /** What else the person filled in. */
  readonly data?: Json;
  /** Who decided; absent where nobody was identified. */
  readonly by?: Actor;
}

/** Context of code that runs without a graph: it can open agents and tasks of its own. */
export interface RunContext extends TaskContext {
  agent<T>(name: string, fn: (ctx: RunContext) => T | Promise<T>): Promise<T>;
  task<T>(name: string, fn: (ctx: RunContext) => T | Promise<T>): Promise<T>;
}

/** What a failed task tells its retry policy. */
export interface AttemptFailure {
  readonly attempt: number;
  readonly error: Failure;
}
