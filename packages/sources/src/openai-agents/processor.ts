import { systemClock } from '@fleetglass/core';
import { isRecord } from '../lib/guards.js';
import type { LiveOptions, LiveStats } from '../lib/live-target.js';
import { createLiveTarget } from '../lib/live-target.js';
import { createSpans } from './spans.js';
import type { AgentsSpan, AgentsTrace } from './trace.js';

/** What a tracing processor reports to. */
export type AgentsProcessorOptions = LiveOptions;

/** A tracing processor of `@openai/agents`, for `addTraceProcessor` or `setTraceProcessors`. */
export interface AgentsProcessor {
  onTraceStart(trace: AgentsTrace): Promise<void>;
  onTraceEnd(trace: AgentsTrace): Promise<void>;
  onSpanStart(span: AgentsSpan): Promise<void>;
  onSpanEnd(span: AgentsSpan): Promise<void>;
  /** Resolves when everything reported so far is stored or was dropped. */
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
  stats(): LiveStats;
}

/**
 * Shows what agents of the OpenAI Agents SDK do while they do it. Each trace is a run, each time that an agent works a
 * task, and calls of models and functions, hand-offs, guardrails and MCP servers are spans that begin when they begin,
 * with usage, list prices and errors. An agent that is a tool of another one is a sub-agent below the tool's span.
 * Nothing here throws into the SDK or waits.
 *
 * @example
 * addTraceProcessor(fleetglassProcessor({ store, prices }))
 */
export function fleetglassProcessor(options: AgentsProcessorOptions): AgentsProcessor {
  const target = createLiveTarget(options);
  const spans = createSpans(target, options.clock ?? systemClock);
  const done = Promise.resolve();
  const observe = <T>(take: (value: T) => void): ((value: T) => Promise<void>) => {
    const guarded = target.guard(take);
    return (value) => {
      guarded(value);
      return done;
    };
  };

  return {
    onTraceStart: observe(spans.startTrace),
    onTraceEnd: observe(({ traceId }: AgentsTrace) => spans.endTrace(traceId)),
    onSpanStart: observe((span: AgentsSpan) => {
      if (isRecord(span.spanData)) spans.start(span);
    }),
    onSpanEnd: observe((span: AgentsSpan) => {
      if (isRecord(span.spanData)) spans.end(span);
    }),
    forceFlush: () => target.flush(),
    shutdown: () => target.flush(),
    stats: () => target.stats(),
  };
}
