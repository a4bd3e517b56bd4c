import { createEmitter } from '../emitter/emitter.js';
import type { Emitter } from '../emitter/emitter.js';
import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import { createId, systemRandom } from '../lib/ids.js';
import type { Json, JsonObject } from '../lib/json.js';
import type { Store } from '../log/store.js';
import type { EventDataMap, EventInput, EventScope, EventType } from '../protocol/event.js';
import type { FileData, LogLevel, MessagePart, MessageRole } from '../protocol/events/content.js';
import type { SpanKind } from '../protocol/events/span.js';
import type { Priority } from '../protocol/events/task.js';
import type { Cost, Usage } from '../protocol/usage.js';
import { toFailure } from './run/failure.js';
import type { EventSink } from './run/services.js';

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
  readonly model?: string;
}

/** What can be told about a piece of work that runs. */
export interface Recording {
  /** Tokens (and cost, where known) that no span of this recorder carries. */
  usage(report: { readonly usage: Usage; readonly cost?: Cost; readonly model?: string }): void;
  message(role: MessageRole, parts: string | readonly MessagePart[]): void;
  file(action: 'read' | 'created' | 'modified' | 'deleted', file: FileData): void;
  log(level: LogLevel, message: string, fields?: JsonObject): void;
  /** A timed piece of work inside it; tell its end. */
  span(
    name: string,
    options?: { readonly kind?: SpanKind; readonly model?: string; readonly input?: Json },
  ): SpanRecording;
}

export interface SpanRecording {
  readonly id: string;
  end(result?: Spent & { readonly output?: Json }): void;
  fail(error: unknown, spent?: Spent): void;
}

export interface TaskRecording extends Recording {
  readonly id: string;
  progress(done: number, total?: number, message?: string): void;
  /** A task inside this one. */
  task(name: string, options?: TaskRecordingOptions): TaskRecording;
  end(output?: Json): void;
  fail(error: unknown): void;
  cancel(): void;
}

export interface TaskRecordingOptions {
  readonly id?: string;
  readonly type?: string;
  readonly priority?: Priority;
}

export interface AgentRecording extends Recording {
  readonly id: string;
  /** Sets its line of activity; `undefined` when it is idle. */
  activity(text: string | undefined): void;
  task(name: string, options?: TaskRecordingOptions): TaskRecording;
  /** It is done; its open tasks are not. */
  end(): void;
}

export interface RunRecording extends Recording {
  readonly id: string;
  agent(name: string, options?: { readonly role?: string; readonly model?: string }): AgentRecording;
  task(name: string, options?: TaskRecordingOptions): TaskRecording;
  end(output?: Json): void;
  fail(error: unknown): void;
  cancel(): void;
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
  /** Resolves when everything recorded so far is stored or was dropped. */
  flush(): Promise<void>;
}

const inline = (value: Json | undefined) =>
  value === undefined ? undefined : ({ kind: 'inline', value } as const);

/** Leaves out what is `undefined`. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
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
    message: (role, parts) =>
      emit(
        'message.appended',
        {
          messageId: newId('msg'),
          role,
          parts: typeof parts === 'string' ? [{ kind: 'text', text: parts }] : parts,
        },
        scope,
      ),
    file: (action, file) => emit(`file.${action}`, file, scope),
    log: (level, message, fields) => tell('log.written', { level, message, fields }, scope),
    span(name, { kind = 'custom', model, input } = {}) {
      const id = newId('span');
      const own = { ...scope, spanId: id };
      tell('span.started', { kind, name, model, input: inline(input) }, own);
      return {
        id,
        end: ({ output, ...spent } = {}) =>
          tell('span.ended', { status: 'ok', ...spent, output: inline(output) }, own),
        fail: (error, spent = {}) =>
          emit('span.ended', { status: 'error', error: toFailure(error), ...spent }, own),
      };
    },
  });

  const taskOf = (
    scope: EventScope,
    name: string,
    { id = newId('task'), type, priority }: TaskRecordingOptions = {},
  ): TaskRecording => {
    const own = { ...scope, taskId: id };
    tell('task.created', { name, type, priority, parentTaskId: scope.taskId }, own);
    emit('task.started', { attempt: 1 }, own);
    return {
      ...recordingOf(own),
      id,
      progress: (done, total, message) => tell('task.progress', { done, total, message }, own),
      task: (inner, more) => taskOf(own, inner, more),
      end: (output) => tell('task.completed', { output: inline(output) }, own),
      fail: (error) => emit('task.failed', { attempt: 1, error: toFailure(error) }, own),
      cancel: () => emit('task.cancelled', {}, own),
    };
  };

  return {
    run(name, { id = newId('run'), threadId, labels, input } = {}) {
      const scope: EventScope = threadId === undefined ? { runId: id } : { runId: id, threadId };
      tell('run.created', { name, labels, input: inline(input) }, scope);
      emit('run.started', {}, scope);
      return {
        ...recordingOf(scope),
        id,
        agent(agentId, { role, model } = {}) {
          const own = { ...scope, agentId };
          tell('agent.joined', { name: agentId, role, model }, own);
          emit('agent.status', { status: 'active' }, own);
          return {
            ...recordingOf(own),
            id: agentId,
            activity: (text) =>
              emit(
                'agent.status',
                text === undefined ? { status: 'idle' } : { status: 'active', activity: text },
                own,
              ),
            task: (task, more) => taskOf(own, task, more),
            end: () => emit('agent.status', { status: 'completed' }, own),
          };
        },
        task: (task, more) => taskOf(scope, task, more),
        end: (output) => tell('run.completed', { output: inline(output) }, scope),
        fail: (error) => emit('run.failed', { error: toFailure(error) }, scope),
        cancel: () => emit('run.cancelled', {}, scope),
      };
    },
    flush: () => emitter.flush(),
  };
}
