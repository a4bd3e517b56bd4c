import type { PriceTable } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import { parseExactJson } from '../lib/exact-json.js';
import { isOtlpDocument, readOtlpSpans } from '../otlp/read-spans.js';
import type { OtlpSpan } from '../otlp/read-spans.js';
import { describeSpan } from './describe-span.js';
import { feedInOrder } from './feed-order.js';
import type { FeedSpan } from './feed-trace.js';
import { createTraceFeed } from './trace-feed.js';

/** Prices and patience of a trace ingest. */
export interface TraceIngestOptions {
  readonly prices: PriceTable;
  /** The present, in milliseconds. */
  readonly now: () => number;
  /** Milliseconds without a span after which a trace whose root never came is cancelled. @default 1800000 */
  readonly idleMs?: number;
}

/** What became of an export request. */
export interface IngestedTraces {
  /** Their ids follow from the spans: a store that ignores ids it holds already takes a repeated request once. */
  readonly events: readonly EventInput[];
  /** Spans without an id of their own or of a trace. */
  readonly rejectedSpans: number;
}

/** Takes in traces as they arrive, document by document. */
export interface TraceIngest {
  /**
   * Takes the body of an OTLP request in JSON. Spans of one request are put in order; of those that come in another
   * request the parents may come last, so a span without an agent of its own stands outside of one then.
   *
   * @returns `undefined` where it is no such body
   */
  take(body: string): IngestedTraces | undefined;
}

const IDLE_MS = 1_800_000;

/** Turns OTLP requests into events as they come. Holds what is needed of traces that go on, within bounds. */
export function createTraceIngest({ prices, now, idleMs = IDLE_MS }: TraceIngestOptions): TraceIngest {
  let events: EventInput[] = [];
  const feed = createTraceFeed({ prices, source: 'opentelemetry', now, emit: (event) => events.push(event) });

  function parse(body: string): unknown {
    try {
      return parseExactJson(body);
    } catch {
      return undefined;
    }
  }

  return {
    take(body) {
      const document = parse(body);
      if (!isOtlpDocument(document)) return undefined;
      const { spans, rejected } = readOtlpSpans(document);
      const present = now();
      const read = spans.map((span) => toFeedSpan(span, present));
      feedInOrder(feed, read);
      feed.giveUp(present - idleMs, 'Its root span did not come.');
      const told = events;
      events = [];
      return { events: told, rejectedSpans: rejected };
    },
  };
}

/** A span without a time happens now. */
function toFeedSpan(span: OtlpSpan, present: number): FeedSpan {
  const { traceId, spanId, parentId } = span;
  const start = span.start ?? span.end ?? present;
  const end = Math.max(start, span.end ?? start);
  return {
    traceId,
    spanId,
    parentId,
    isLocalRoot: parentId === undefined,
    start,
    end,
    work: describeSpan(span),
  };
}
