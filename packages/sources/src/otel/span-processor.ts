import { createEmitter, noPrices, systemClock, toFleetglassError } from '@fleetglass/core';
import type { FleetglassError, PriceTable, RecorderOptions } from '@fleetglass/core';
import { createBoundedMap } from '../lib/bounded-map.js';
import type { FeedSpan } from './feed-trace.js';
import type { SdkSpan } from './sdk-span.js';
import { readSdkSpan } from './sdk-span.js';
import { createTraceFeed } from './trace-feed.js';

/** Where spans are shown, and how. One of `store` and `emitter`; an orchestrator's emitter will do. */
export type SpanProcessorOptions = RecorderOptions & {
  /** List prices of calls whose span tells tokens only. @default none: costs are unknown */
  readonly prices?: PriceTable;
  /** Thread of the runs. @default the conversation that a span names */
  readonly threadId?: string;
  readonly labels?: { readonly [name: string]: string };
  /** Told what went wrong while observing; the observed code never notices. @default it is only counted */
  readonly onError?: (error: FleetglassError) => void;
};

/** What a span processor observed and left out. */
export interface SpanProcessorStats {
  /** Spans that could not be observed and were left out. */
  readonly errors: number;
  /** Runs that have begun and not ended. */
  readonly openRuns: number;
}

/** A `SpanProcessor` of OpenTelemetry's SDK. */
export interface FleetglassSpanProcessor {
  onStart(span: SdkSpan, parentContext?: unknown): void;
  onEnd(span: SdkSpan): void;
  /** Resolves when everything that was observed so far is stored or was dropped. */
  forceFlush(): Promise<void>;
  /** Flushes, and observes nothing more. */
  shutdown(): Promise<void>;
  stats(): SpanProcessorStats;
}

interface KnownSpan {
  readonly span: FeedSpan;
  /** It was told: it is work of an agent, or such work is inside it, or it is inside such work. */
  isTold: boolean;
  readonly isInside: boolean;
}

/** Spans that are open at the same time. */
const MAX_OPEN = 20_000;

/**
 * Shows traces of OpenTelemetry live: a span is seen when it begins. A trace becomes a run when the first call of a
 * model, agent or tool begins in it, with the spans around and inside such work; other traffic is not shown. Never
 * throws into the program and never makes it wait.
 *
 * @example
 * new NodeTracerProvider({ spanProcessors: [fleetglassSpanProcessor({ store, prices })] })
 */
export function fleetglassSpanProcessor(options: SpanProcessorOptions): FleetglassSpanProcessor {
  const { prices = noPrices, threadId, labels } = options;
  const own = options.store
    ? createEmitter({
        store: options.store,
        ...(options.clock ? { clock: options.clock } : {}),
        ...(options.onError ? { onError: options.onError } : {}),
      })
    : undefined;
  const emitter = options.emitter ?? own;
  const known = createBoundedMap<string, KnownSpan>(MAX_OPEN);
  const feed = createTraceFeed({
    prices,
    source: 'opentelemetry',
    threadId,
    labels,
    now: () => (options.clock ?? systemClock).now(),
    emit: (event) => emitter?.emit(event),
  });
  let errors = 0;
  let isOver = false;

  const guard =
    (observe: (span: SdkSpan) => void) =>
    (span: SdkSpan): void => {
      if (isOver) return;
      try {
        observe(span);
      } catch (error) {
        errors += 1;
        try {
          options.onError?.(toFleetglassError(error));
        } catch {
          // Nobody is left to be told.
        }
      }
    };

  const keyOf = ({ traceId }: FeedSpan, spanId: string): string => `${traceId}/${spanId}`;

  function read(span: SdkSpan): FeedSpan {
    const { traceId } = span.spanContext();
    return readSdkSpan(span, (spanId) => known.has(`${traceId}/${spanId}`));
  }

  const parentOf = (span: FeedSpan): KnownSpan | undefined =>
    span.parentId === undefined ? undefined : known.get(keyOf(span, span.parentId));

  /** Tells the spans around it first. */
  function tell(entry: KnownSpan): void {
    const untold: KnownSpan[] = [];
    for (let above: KnownSpan | undefined = entry; above && !above.isTold; above = parentOf(above.span)) {
      above.isTold = true;
      untold.push(above);
    }
    for (const { span } of untold.reverse()) feed.start(span);
  }

  return {
    onStart: guard((started) => {
      const span = read(started);
      const isWork = span.work.kind !== 'custom';
      const isInside = isWork || parentOf(span)?.isInside === true;
      const entry: KnownSpan = { span, isTold: false, isInside };
      known.set(keyOf(span, span.spanId), entry);
      if (isInside) tell(entry);
    }),
    onEnd: guard((ended) => {
      const { traceId, spanId } = ended.spanContext();
      const key = `${traceId}/${spanId}`;
      const entry = known.get(key);
      const span = read(ended);
      // Some instruments say only at the end what a span was.
      if (entry && !entry.isTold && span.work.kind !== 'custom') tell(entry);
      known.delete(key);
      if (!entry?.isTold) return;
      feed.end({ ...span, isLocalRoot: entry.span.isLocalRoot });
    }),
    forceFlush: async () => emitter?.flush(),
    async shutdown() {
      isOver = true;
      await (own ? own.close() : emitter?.flush());
    },
    stats: () => ({ errors, openRuns: feed.openRuns() }),
  };
}
