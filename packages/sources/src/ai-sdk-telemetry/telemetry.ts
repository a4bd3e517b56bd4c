import { AsyncLocalStorage } from 'node:async_hooks';
import { createId, systemClock, systemRandom } from '@fleetglass/core';
import { isRecord, text } from '../lib/guards.js';
import type { LiveOutcome } from '../lib/live-run.js';
import { outcomeOf } from '../lib/live-run.js';
import type { LiveOptions, LiveStats } from '../lib/live-target.js';
import { createLiveTarget } from '../lib/live-target.js';
import type { Fields, ToolPlace } from './operations.js';
import { createOperations } from './operations.js';
import { watchStream } from './watch-stream.js';

/** What the telemetry reports to, and whether text is reported as it is written. */
export type AiSdkTelemetryOptions = LiveOptions & {
  /** Reports text while a model writes it. @default true */
  readonly deltas?: boolean;
};

type Observe = (event: unknown) => void;

/**
 * A telemetry integration of the AI SDK: for `registerTelemetry`, or for `telemetry.integrations` of one call. With
 * version 6 it is for `experimental_telemetry.integrations`, one for each call: calls have no ids there.
 */
export interface AiSdkTelemetry {
  readonly onStart: Observe;
  readonly onLanguageModelCallStart: Observe;
  readonly onLanguageModelCallEnd: Observe;
  readonly onObjectStepStart: Observe;
  readonly onObjectStepEnd: Observe;
  readonly onEmbedStart: Observe;
  readonly onEmbedEnd: Observe;
  readonly onRerankStart: Observe;
  readonly onRerankEnd: Observe;
  readonly onToolExecutionStart: Observe;
  readonly onToolExecutionEnd: Observe;
  readonly onStepError: Observe;
  readonly onEnd: Observe;
  readonly onAbort: Observe;
  readonly onError: Observe;
  /** This and the next ones are hooks of version 6. */
  readonly onStepStart: Observe;
  readonly onStepFinish: Observe;
  readonly onToolCallStart: Observe;
  readonly onToolCallFinish: Observe;
  readonly onFinish: Observe;
  /** Ends the call that goes on; version 6 tells no errors and no aborts. */
  readonly fail: (error: unknown) => void;
  executeLanguageModelCall<T>(options: {
    readonly callId: string;
    readonly execute: () => PromiseLike<T>;
  }): PromiseLike<T>;
  executeTool<T>(options: {
    readonly callId: string;
    readonly toolCallId: string;
    readonly execute: () => PromiseLike<T>;
  }): PromiseLike<T>;
  /** Resolves when everything reported so far is stored or was dropped. */
  flush(): Promise<void>;
  stats(): LiveStats;
}

/**
 * Shows what the AI SDK (version 7) does while it does it. Each call of `generateText`, `streamText` and their like is
 * a run, or, inside a tool of another one, a task of a sub-agent of its run; calls of models and tools are spans that
 * begin when they begin, with text as it is written, usage, list prices, errors and aborts. `functionId` names the
 * agent. Nothing here throws into the SDK or waits.
 *
 * @example
 * registerTelemetry(fleetglassTelemetry({ store, prices }))
 */
export function fleetglassTelemetry(options: AiSdkTelemetryOptions): AiSdkTelemetry {
  const { deltas = true, clock = systemClock, random = systemRandom } = options;
  const target = createLiveTarget(options);
  const operations = createOperations({
    target,
    clock,
    ownsTask: options.within?.taskId === undefined,
  });
  const tools = new AsyncLocalStorage<ToolPlace>();
  let unnamed = '';

  const observe = (take: (event: Fields) => void): Observe =>
    target.guard((event: unknown) => {
      if (isRecord(event)) take(event);
    });
  /** Calls of version 6 have no id: one goes on at a time, and its hooks have names of their own. */
  const observeUnnamed = (take: (event: Fields) => void): Observe =>
    observe((event) => {
      if (event['callId'] === undefined) take({ ...event, callId: unnamed });
    });
  const part = target.guard((callId: string, value: unknown) => operations.part(callId, value));
  const cancel = target.guard((callId: string) => operations.abandon(callId));
  const stop = (outcome: (event: Fields) => LiveOutcome): Observe =>
    observe((event) => operations.stop(text(event['callId']) ?? '', outcome(event)));

  return {
    onStart: observe((event) => {
      if (event['callId'] === undefined) unnamed = createId('call', clock, random);
      operations.start({ callId: unnamed, ...event }, tools.getStore());
    }),
    onLanguageModelCallStart: observe(operations.startCall),
    onLanguageModelCallEnd: observe(operations.endCall),
    onObjectStepStart: observe(operations.startCall),
    onObjectStepEnd: observe(operations.endCall),
    onEmbedStart: observe(operations.startOwnCall),
    onEmbedEnd: observe(operations.endOwnCall),
    onRerankStart: observe(operations.startOwnCall),
    onRerankEnd: observe(operations.endOwnCall),
    onToolExecutionStart: observe(operations.startTool),
    onToolExecutionEnd: observe(operations.endTool),
    onStepError: observe(operations.failCall),
    onEnd: observe(operations.end),
    onAbort: stop(() => ({ status: 'cancelled' })),
    onError: stop((event) => outcomeOf(event['error'])),
    onStepStart: observeUnnamed(operations.startCall),
    onStepFinish: observeUnnamed(operations.endCall),
    onToolCallStart: observeUnnamed(operations.startTool),
    onToolCallFinish: observeUnnamed(operations.endTool),
    onFinish: observeUnnamed(operations.end),
    fail: target.guard((error: unknown) => operations.stop(unnamed, outcomeOf(error))),
    async executeLanguageModelCall({ callId, execute }) {
      const result = await execute();
      if (!deltas || !isRecord(result) || !(result['stream'] instanceof ReadableStream)) return result;
      const stream = watchStream(result['stream'], {
        onPart: (value) => part(callId, value),
        onCancel: () => cancel(callId),
      });
      return { ...result, stream };
    },
    executeTool({ callId, toolCallId, execute }) {
      const place = operations.toolPlace(callId, toolCallId);
      return place ? tools.run(place, execute) : execute();
    },
    flush: () => target.flush(),
    stats: () => target.stats(),
  };
}
