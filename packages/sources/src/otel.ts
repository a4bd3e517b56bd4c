/**
 * Shows spans of OpenTelemetry live: a span processor, and an ingest for traces that arrive over HTTP.
 *
 * @packageDocumentation
 */
export { fleetglassSpanProcessor } from './otel/span-processor.js';
export type {
  FleetglassSpanProcessor,
  SpanProcessorOptions,
  SpanProcessorStats,
} from './otel/span-processor.js';
export type { SdkSpan } from './otel/sdk-span.js';
export { createTraceIngest } from './otel/trace-ingest.js';
export type { IngestedTraces, TraceIngest, TraceIngestOptions } from './otel/trace-ingest.js';
