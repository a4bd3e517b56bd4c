import { createEmitter } from '../emitter/emitter.js';
import type { Emitter } from '../emitter/emitter.js';
import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import { createId, systemRandom } from '../lib/ids.js';
import type { Json, JsonObject } from '../lib/json.js';
import type { Store } from '../log/store.js';
import type { EventDataMap, EventInput, EventScope, EventType } from '../protocol/event.js';
import type {
  ContextMeasuredData,
  FileData,
  LogLevel,
  MessagePart,
  MessageRole,
} from '../protocol/events/content.js';
import type { RunWaitingData } from '../protocol/events/run.js';
import type { SpanKind, SpanUpdatedData, UsageRecordedData } from '../protocol/events/span.js';
import type { Priority, TaskWaitingData } from '../protocol/events/task.js';
import type { Cost, Usage } from '../protocol/usage.js';
import { toFailure } from './run/failure.js';
import type { EventSink } from './run/services.js';

/** What a recorder writes to. */
export type RecorderOptions = {
  readonly clock?: Clock;
  readonly random?: Random;
} & (
  | { readonly store: Store; readonly emitter?: never }
  | { readonly emitter: EventSink; readonly store?: never }
);

/** Tokens and money of a piece of work that is over. */
export interface Spent {
  readonly usage?: Usage;
  readonly cost?: Cost;
  /** Cost at list prices, kept beside a recorded one. */
  readonly computedCost?: Cost;
  /** Model that answered. */
  readonly model?: string;
  /** Milliseconds from the start to the first token. */
  readonly firstTokenMs?: number;
}

/** What can be told about a piece of work that runs. */
export interface Recording {
  /**
   * Tokens (and cost, where known) that no span of this recorder carries; of a span, those that it has used so far
   * since the last report, until its end tells all of them.
   */
  usage(report: UsageRecordedData): void;
  /** @param messageId replaces what `delta` told of the message. @default a new id */
  message(role: MessageRole, parts: string | readonly MessagePart[], messageId?: string): void;
  /** Text of a message that is still being written. @param kind @default 'text' */
  delta(messageId: string, text: string, kind?: 'text' | 'thinking'): void;
  file(action: 'read' | 'created' | 'modified' | 'deleted', file: FileData): void;
  log(level: LogLevel, message: string, fields?: JsonObject): void;
  /** How full the context of its agent's model is. */
  context(measured: ContextMeasuredData): void;
  /** A timed piece of work inside it; tell its end. */
  span(name: string, options?: SpanRecordingOptions): SpanRecording;
}

/** What is known of a span when its recording begins. */
export interface SpanRecordingOptions {
  /** Unique in the run. @default a new id */
  readonly id?: string;
  /** Span that it is a part of. @default the one that it is recorded in */
  readonly parentSpanId?: string;
  /** @default 'custom' */
  readonly kind?: SpanKind;
  readonly model?: string;
  readonly provider?: string;
  readonly input?: Json;
}

export interface SpanRecording extends Recording {
  readonly id: string;
  /** Replaces what was said at its start. */
  update(fields: Omit<SpanUpdatedData, 'input'> & { readonly input?: Json }): void;
  end(result?: Spent & { readonly output?: Json }): void;
  fail(error: unknown, spent?: Spent): void;
  cancel(spent?: Spent): void;
}

export interface TaskRecording extends Recording {
  readonly id: string;
  progress(done: number, total?: number, message?: string): void;
  /** A task inside this one. */
  task(name: string, options?: TaskRecordingOptions): TaskRecording;
  wait(why: TaskWaitingData): void;
  /** Goes on after it waited. */
  resume(): void;
  /** Starts once more after it failed. */
  retry(): void;
  end(output?: Json): void;
  fail(error: unknown): void;
  cancel(): void;
}

/** What is known of a task when its recording begins. */
export interface TaskRecordingOptions {
  /** Unique in the run. @default a new id */
  readonly id?: string;
  /** Task that it is a part of. @default the one that it is recorded in */
  readonly parentTaskId?: string;
  /** Node of the graph that it executes. */
  readonly node?: string;
  readonly type?: string;
  readonly priority?: Priority;
}

/** What is known of an agent when its recording begins. */
export interface AgentRecordingOptions {
  /** Unique in the run. @default its name */
  readonly id?: string;
  readonly role?: string;
  readonly model?: string;
  /** Agent that started it. @default the one that it is recorded in */
  readonly parentAgentId?: string;
}

export interface AgentRecording extends Recording {
  readonly id: string;
  /** Sets its line of activity; `undefined` when it is idle. */
  activity(text: string | undefined): void;
  task(name: string, options?: TaskRecordingOptions): TaskRecording;
  /** It is done; its open tasks are not. */
  end(): void;
  /** It gave up. @param reason one line for people */
  fail(reason?: string): void;
}

/** A place in a run where agents and tasks can be. */
export interface PlaceRecording extends Recording {
  agent(name: string, options?: AgentRecordingOptions): AgentRecording;
  task(name: string, options?: TaskRecordingOptions): TaskRecording;
  /** Work went on from one node to another. @param condition name of what chose it */
  edge(from: string, to: string, condition?: string): void;
}

export interface RunRecording extends PlaceRecording {
  readonly id: string;
  label(labels: { readonly [name: string]: string }, facts?: JsonObject): void;
  wait(why: RunWaitingData): void;
  /** Goes on after it waited. */
  resume(): void;
  end(output?: Json): void;
  fail(error: unknown): void;
  cancel(): void;
}

/** Where in a run that something else began work is recorded; the context of a node or a function is such a place. */
export interface RecordingPlace {
  readonly runId: string;
  readonly threadId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly taskId?: string | undefined;
  readonly spanId?: string | undefined;
}

/** Records work that something else performs. Nothing here waits or throws. */
export interface Recorder {
  run(
    name: string,
    options?: {
      readonly id?: string;
      readonly threadId?: string;
      readonly labels?: { readonly [name: string]: string };
      readonly input?: Json;
    },
  ): RunRecording;
  /** Records inside a run that exists; its beginning and its end are told by whoever began it. */
  within(place: RecordingPlace): PlaceRecording;
  /** Resolves when everything recorded so far is stored or was dropped. */
  flush(): Promise<void>;
}

const inline = (value: Json | undefined) =>
  value === undefined ? undefined : ({ kind: 'inline', value } as const);

/** Leaves out what is `undefined`. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

/** Where in the run, without the spans around it. */
function outsideSpans({ spanId: _span, parentSpanId: _parent, ...scope }: EventScope): EventScope {
  return scope;
}

type Emit = <T extends EventType>(type: T, data: EventDataMap[T], scope: EventScope) => void;
type Maybe<T> = { [K in keyof T]: T[K] | undefined };

/**
 * Records runs without an orchestrator, for code that has an engine of its own.
 *
 * @example
 * const run = createRecorder({ store }).run('nightly')
 * const writer = run.agent('WRITER')
 * const task = writer.task('draft')
 * task.message('assistant', 'Once upon a time')
 * task.end()
 * run.end()
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const { clock = systemClock, random = systemRandom } = options;
  const emitter: EventSink | Emitter = options.emitter ?? createEmitter({ store: options.store, clock });
  const newId = (prefix: string): string => createId(prefix, clock, random);
  const emit: Emit = (type, data, scope) => emitter.emit({ ...scope, type, data } as EventInput);
  /** For data with fields that may be absent. */
  const tell = <T extends EventType>(type: T, data: Maybe<EventDataMap[T]>, scope: EventScope): void =>
    emit(type, present(data) as EventDataMap[T], scope);

  const recordingOf = (scope: EventScope): Recording => ({
    usage: (report) => emit('usage.recorded', report, scope),
    message: (role, parts, messageId = newId('msg')) =>
      emit(
        'message.appended',
        { messageId, role, parts: typeof parts === 'string' ? [{ kind: 'text', text: parts }] : parts },
        scope,
      ),
    delta: (messageId, text, kind = 'text') => emit('message.delta', { messageId, kind, text }, scope),
    file: (action, file) => emit(`file.${action}`, file, scope),
    log: (level, message, fields) => tell('log.written', { level, message, fields }, scope),
    context: (measured) => emit('context.measured', measured, outsideSpans(scope)),
    span: (name, options) => spanOf(scope, name, options),
  });

  const spanOf = (scope: EventScope, name: string, options: SpanRecordingOptions = {}): SpanRecording => {
    const {
      id = newId('span'),
      parentSpanId = scope.spanId,
      kind = 'custom',
      model,
      provider,
      input,
    } = options;
    const own = {
      ...outsideSpans(scope),
      spanId: id,
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
    };
    tell('span.started', { kind, name, model, provider, input: inline(input) }, own);
    return {
      ...recordingOf(own),
      id,
      update: ({ input, ...fields }) => tell('span.updated', { ...fields, input: inline(input) }, own),
      end: ({ output, ...spent } = {}) =>
        tell('span.ended', { status: 'ok', ...spent, output: inline(output) }, own),
      fail: (error, spent = {}) =>
        tell('span.ended', { status: 'error', error: toFailure(error), ...spent }, own),
      cancel: (spent = {}) => tell('span.ended', { status: 'cancelled', ...spent }, own),
    };
  };

  const taskOf = (scope: EventScope, name: string, options: TaskRecordingOptions = {}): TaskRecording => {
    const { id = newId('task'), parentTaskId = scope.taskId, node, type, priority } = options;
    const own = { ...outsideSpans(scope), taskId: id };
    tell('task.created', { name, node, type, priority, parentTaskId }, own);
    emit('task.started', { attempt: 1 }, own);
    // Spans of its own begin below the span that it is recorded in.
    const inside = scope.spanId === undefined ? own : { ...own, spanId: scope.spanId };
    let attempt = 1;
    return {
      ...recordingOf(own),
      span: (inner, more) => spanOf(inside, inner, more),
      id,
      progress: (done, total, message) => tell('task.progress', { done, total, message }, own),
      task: (inner, more) => taskOf(inside, inner, more),
      wait: (why) => emit('task.waiting', why, own),
      resume: () => emit('task.resumed', {}, own),
      retry: () => {
        attempt += 1;
        emit('task.started', { attempt }, own);
      },
      end: (output) => tell('task.completed', { output: inline(output) }, own),
      fail: (error) => emit('task.failed', { attempt, error: toFailure(error) }, own),
      cancel: () => emit('task.cancelled', {}, own),
    };
  };

  const agentOf = (scope: EventScope, name: string, options: AgentRecordingOptions = {}): AgentRecording => {
    const { id = name, role, model, parentAgentId = scope.agentId } = options;
    const { runId, threadId } = scope;
    const own = present({ runId, threadId, agentId: id }) as EventScope;
    const inside = { ...scope, agentId: id };
    tell('agent.joined', { name, role, model, parentAgentId }, own);
    emit('agent.status', { status: 'active' }, own);
    return {
      ...recordingOf(own),
      id,
      activity: (text) =>
        emit(
          'agent.status',
          text === undefined ? { status: 'idle' } : { status: 'active', activity: text },
          own,
        ),
      task: (task, more) => taskOf(inside, task, more),
      end: () => emit('agent.status', { status: 'completed' }, own),
      fail: (activity) => tell('agent.status', { status: 'failed', activity }, own),
    };
  };

  const placeOf = (scope: EventScope): PlaceRecording => {
    const { runId, threadId } = scope;
    const run = present({ runId, threadId }) as EventScope;
    return {
      ...recordingOf(scope),
      agent: (name, more) => agentOf(scope, name, more),
      task: (name, more) => taskOf(scope, name, more),
      edge: (from, to, condition) => tell('edge.taken', { from, to, condition }, run),
    };
  };

  return {
    run(name, { id = newId('run'), threadId, labels, input } = {}) {
      const scope: EventScope = threadId === undefined ? { runId: id } : { runId: id, threadId };
      tell('run.created', { name, labels, input: inline(input) }, scope);
      emit('run.started', {}, scope);
      return {
        ...placeOf(scope),
        id,
        wait: (why) => emit('run.waiting', why, scope),
        resume: () => emit('run.resumed', {}, scope),
        label: (more, facts) => tell('run.labelled', { labels: more, facts }, scope),
        end: (output) => tell('run.completed', { output: inline(output) }, scope),
        fail: (error) => emit('run.failed', { error: toFailure(error) }, scope),
        cancel: () => emit('run.cancelled', {}, scope),
      };
    },
    within: ({ runId, threadId, agentId, taskId, spanId }) =>
      placeOf(present({ runId, threadId, agentId, taskId, spanId }) as EventScope),
    flush: () => emitter.flush(),
  };
}
