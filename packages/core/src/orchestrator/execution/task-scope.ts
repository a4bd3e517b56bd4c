import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Json, JsonObject } from '../../lib/json.js';
import type { RecordWrite } from '../../log/store.js';
import type { EventDataMap, EventInput, EventScope, EventType } from '../../protocol/event.js';
import type { FileData, LogLevel, MessagePart, MessageRole } from '../../protocol/events/content.js';
import type { SpanKind } from '../../protocol/events/span.js';
import { askApproval } from '../calls/approval-call.js';
import type { CallScope } from '../calls/call-scope.js';
import type {
  ApprovalRequest,
  Decision,
  SpanScope,
  TaskContext,
  ToolOptions,
  UsageReport,
} from '../calls/context.js';
import { createAttemptTimer } from './attempt-timer.js';
import type { AttemptTimer } from './attempt-timer.js';
import { callModel } from '../calls/model-call.js';
import type { ModelRequest, ModelResult } from '../calls/model-provider.js';
import type { CallKind } from '../calls/recorded-calls.js';
import { createRecordedCalls } from '../calls/recorded-calls.js';
import { draftEvent } from '../run/event-draft.js';
import type { Attempt, RunCore, Task } from '../run/run-core.js';
import type { Reservation } from '../budgets/reservation.js';
import { reserveForTask } from '../budgets/task-reservation.js';
import { callTool, recordOnce, runSpan } from '../calls/tool-call.js';
import { reportUsage } from '../calls/usage-report.js';

/**
 * The context of one attempt. A class for the sake of speed: making one costs an object, and its functions come into
 * being when they are first read, bound, so that they can be taken out of it (`const { model } = ctx`).
 */
export class TaskScope implements TaskContext, CallScope, Attempt {
  readonly run: RunCore;
  readonly ownTask: Task;
  readonly attempt: number;
  /** What it returned is an earlier result of its node. */
  reused = false;
  #closed: FleetglassError | undefined;
  #finished = false;
  #controller: AbortController | undefined;
  #timer: AttemptTimer | undefined;
  #keys: Map<string, number> | undefined;
  #spans: Set<string> | undefined;
  #unrecorded = 0;

  constructor(run: RunCore, task: Task) {
    this.run = run;
    this.ownTask = task;
    this.attempt = task.attempt;
  }

  get runId(): string {
    return this.run.id;
  }

  get taskId(): string {
    return this.ownTask.id;
  }

  get agentId(): string | undefined {
    return this.ownTask.scope.agentId;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#closed) this.#controller.abort(this.#closed);
    }
    return this.#controller.signal;
  }

  get closed(): boolean {
    return this.#finished || this.#closed !== undefined;
  }

  /** Why the attempt is over. */
  reason(): FleetglassError {
    return this.#closed ?? new FleetglassError('CANCELLED', `Task '${this.ownTask.name}' has ended.`);
  }

  get busy(): boolean {
    return this.#unrecorded > 0 || (this.#spans?.size ?? 0) > 0;
  }

  close(reason: FleetglassError): void {
    if (this.closed) return;
    this.#closed = reason;
    this.#timer?.stop();
    this.#timer = undefined;
    this.#controller?.abort(reason);
    for (const spanId of this.#spans ?? []) {
      this.note('span.ended', { status: 'cancelled' }, this.spanScope(spanId));
    }
    this.#spans = undefined;
  }

  /** The attempt came to its own end; its signal does not abort. */
  finish(): void {
    this.#finished = true;
    this.#timer?.stop();
    this.#timer = undefined;
  }

  /** Ends the attempt when it takes longer, or gives no sign of life for longer, than its task may. */
  limit(onTimeout: (error: FleetglassError) => void): void {
    const { timeoutMs, idleTimeoutMs } = this.ownTask.options;
    if (timeoutMs === undefined && idleTimeoutMs === undefined) return;
    const { clock } = this.run.services;
    this.#timer = createAttemptTimer({ name: this.ownTask.name, clock, timeoutMs, idleTimeoutMs, onTimeout });
    this.#timer.start();
  }

  startTimer(): void {
    if (!this.closed) this.#timer?.start();
  }

  stopTimer(): void {
    this.#timer?.stop();
  }

  /** Key of a call that was given none: its place among its like. */
  nextKey(name: string): string {
    this.#keys ??= new Map();
    const count = (this.#keys.get(name) ?? 0) + 1;
    this.#keys.set(name, count);
    return `${name}:${count}`;
  }

  spanScope(spanId: string): EventScope {
    return { ...this.ownTask.scope, spanId };
  }

  spanOpened(spanId: string): void {
    (this.#spans ??= new Set()).add(spanId);
  }

  spanClosed(spanId: string): boolean {
    return this.#spans?.delete(spanId) ?? false;
  }

  /** @throws why the attempt is over */
  assertOpen(): void {
    if (this.closed) throw this.reason();
  }

  /** A recorded result that this attempt may use again. */
  recorded(kind: CallKind, key: string, hash: string): { readonly result: Json } | undefined {
    const reuseAll = kind !== 'model' || this.ownTask.options.retry?.reuse === 'all';
    return this.ownTask.calls?.find(kind, key, hash, reuseAll ? 1 : this.attempt);
  }

  record(kind: CallKind, key: string, hash: string, result: Json): RecordWrite {
    this.ownTask.calls ??= createRecordedCalls(this.ownTask.id);
    return this.ownTask.calls.keep(kind, key, hash, this.attempt, result);
  }

  emit<T extends EventType>(type: T, data: EventDataMap[T], scope: EventScope = this.ownTask.scope): void {
    if (this.closed) return;
    this.#timer?.touch();
    this.run.services.emitter.emit({ ...scope, type, data } as unknown as EventInput);
  }

  reserve(call: Parameters<CallScope['reserve']>[0]): Promise<Reservation> {
    return reserveForTask(this, call);
  }

  get model(): (request: ModelRequest) => Promise<ModelResult> {
    return (request) => this.call(() => callModel(this, request));
  }

  get tool(): TaskContext['tool'] {
    return <T extends Json>(
      name: string,
      fn: (scope: SpanScope) => T | Promise<T>,
      options: ToolOptions = {},
    ): Promise<T> => this.call(() => callTool(this, name, fn, options));
  }

  get once(): TaskContext['once'] {
    return <T extends Json>(key: string, fn: () => T | Promise<T>): Promise<T> =>
      this.call(async () => {
        this.#unrecorded += 1;
        try {
          return await recordOnce(this, key, fn);
        } finally {
          this.#unrecorded -= 1;
        }
      });
  }

  get span(): TaskContext['span'] {
    return <T>(
      name: string,
      fn: (scope: SpanScope) => T | Promise<T>,
      options: { kind?: SpanKind; input?: Json } = {},
    ): Promise<T> => this.call(() => runSpan(this, name, fn, options));
  }

  get usage(): (report: UsageReport) => void {
    return (report) => {
      if (!this.closed) reportUsage(this, report);
    };
  }

  get message(): (role: MessageRole, parts: string | readonly MessagePart[]) => void {
    return (role, parts) =>
      this.emit('message.appended', {
        messageId: this.run.newId('msg'),
        role,
        parts: typeof parts === 'string' ? [{ kind: 'text', text: parts }] : parts,
      });
  }

  get file(): (action: 'read' | 'created' | 'modified' | 'deleted', file: FileData) => void {
    return (action, file) => this.emit(`file.${action}`, file);
  }

  get log(): (level: LogLevel, message: string, fields?: JsonObject) => void {
    return (level, message, fields) =>
      this.emit('log.written', fields === undefined ? { level, message } : { level, message, fields });
  }

  get progress(): (done: number, total?: number, message?: string) => void {
    return (done, total, message) =>
      this.emit('task.progress', {
        done,
        ...(total === undefined ? {} : { total }),
        ...(message === undefined ? {} : { message }),
      });
  }

  get activity(): (text: string) => void {
    return (text) => {
      const { agentId } = this.ownTask.scope;
      if (this.closed || agentId === undefined) return;
      const events: Parameters<RunCore['agents']['tell']>[0] = [];
      this.run.agents.activity(agentId, text);
      this.run.agents.tell(events, this.run.time());
      this.run.journal.record({ events });
    };
  }

  get heartbeat(): () => void {
    return () => {
      this.#timer?.touch();
      if (this.ownTask.scope.agentId !== undefined) this.emit('agent.heartbeat', {});
    };
  }

  get approve(): (request: ApprovalRequest) => Promise<Decision> {
    return (request) => this.call(() => askApproval(this, request));
  }

  /**
   * Makes a call while the attempt is open. A call that a node does not wait for may fail when nobody is left to be told,
   * as when its task has ended: that is no reason for the process to end.
   */
  protected call<T>(make: () => Promise<T>): Promise<T> {
    const called = this.closed ? Promise.reject<T>(this.reason()) : make();
    called.catch(() => undefined);
    return called;
  }

  /** Adds an event to the journal that nobody waits for. */
  note<T extends EventType>(type: T, data: EventDataMap[T], scope: EventScope = this.ownTask.scope): void {
    this.#timer?.touch();
    this.run.journal.record({ events: [draftEvent(type, data, scope, this.run.time())] });
  }
}
