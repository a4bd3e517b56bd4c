import type { EventInput } from '@fleetglass/core/protocol';
import { createBoundedMap } from '../lib/bounded-map.js';
import type { OpenTrace } from './open-trace.js';
import { createOpenTrace } from './open-trace.js';
import type { WrittenSpan } from './written-span.js';
import { toOtlpJson } from './written-span.js';
import { spanIdOf, traceIdOf } from './derived-id.js';

type Batches = AsyncIterable<readonly EventInput[]> | Iterable<readonly EventInput[]>;

/** An OTLP document: also the body of a request to a collector. */
export interface OtlpDocument {
  readonly resourceSpans: readonly object[];
}

/** How large the documents are. */
export interface ToOtlpOptions {
  /** Spans of one document. @default 256 */
  readonly batchSize?: number;
}

const BATCH_SIZE = 256;
/** Runs that go on at the same time; the oldest of more are written as they are. */
const MAX_TRACES = 2_000;
const SERVICE = 'fleetglass';

/**
 * Events as traces of OpenTelemetry by its present names for generative AI: a run is a trace, tasks are `invoke_agent`,
 * calls of models `chat`, tools `execute_tool`. What has no name there (costs, one-hour cache writes, what we call
 * something) is told by attributes that begin with `fleetglass.`, from which `otlpFormat` reads the same events back;
 * logs, files, edges, checkpoints and decisions are not spans and stay behind. Ids follow from ours. Holds what is
 * open and one document.
 */
export async function* toOtlpDocuments(
  batches: Batches,
  { batchSize = BATCH_SIZE }: ToOtlpOptions = {},
): AsyncGenerator<OtlpDocument, void, undefined> {
  const traces = createBoundedMap<string, OpenTrace>(MAX_TRACES);
  let waiting: { readonly span: WrittenSpan; readonly service: string | undefined }[] = [];
  /** Spans that are over but not written: what they said may be told after their end. */
  let unwritten = new Map<string, WrittenSpan>();

  function put(trace: OpenTrace, spans: readonly WrittenSpan[]): void {
    for (const span of spans) {
      waiting.push({ span, service: trace.service() });
      unwritten.set(`${span.traceId}/${span.spanId}`, span);
    }
  }

  function takeMessage(event: Extract<EventInput, { type: 'message.appended' }>, trace: OpenTrace): void {
    const { runId = '', spanId, data } = event;
    if (spanId === undefined) return;
    const key = `${traceIdOf(runId)}/${spanIdOf(runId, 'span', spanId)}`;
    (unwritten.get(key) ?? trace.openSpan(spanId))?.said.push({ role: data.role, parts: data.parts });
  }

  function take(event: EventInput): void {
    const { runId } = event;
    if (runId === undefined) return;
    let trace = traces.get(runId);
    if (!trace) {
      const forgotten = traces.set(runId, (trace = createOpenTrace(runId)));
      if (forgotten) put(forgotten, forgotten.end());
    }
    if (event.type === 'message.appended') takeMessage(event, trace);
    put(trace, trace.take(event));
    if (trace.isOver()) traces.delete(runId);
  }

  function write(): OtlpDocument {
    const byService = new Map<string, object[]>();
    for (const { span, service = SERVICE } of waiting) {
      const others = byService.get(service);
      if (others) others.push(toOtlpJson(span));
      else byService.set(service, [toOtlpJson(span)]);
    }
    waiting = [];
    unwritten = new Map();
    return {
      resourceSpans: [...byService].map(([service, spans]) => ({
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeSpans: [{ scope: { name: '@fleetglass/sources' }, spans }],
      })),
    };
  }

  for await (const events of batches) {
    for (const event of events) take(event);
    if (waiting.length >= batchSize) yield write();
  }
  for (const trace of traces.values()) put(trace, trace.end());
  if (waiting.length > 0) yield write();
}

/** One OTLP document as text, in pieces. See {@link toOtlpDocuments}. */
export async function* toOtlp(
  batches: Batches,
  options: ToOtlpOptions = {},
): AsyncGenerator<string, void, undefined> {
  yield '{"resourceSpans":[';
  let separator = '\n';
  for await (const { resourceSpans } of toOtlpDocuments(batches, options)) {
    for (const resource of resourceSpans) {
      yield `${separator}${JSON.stringify(resource)}`;
      separator = ',\n';
    }
  }
  yield '\n]}\n';
}
