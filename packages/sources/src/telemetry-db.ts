/**
 * Turns invocations and daily costs of another service's telemetry into a run.
 *
 * @packageDocumentation
 */
export { createTelemetryConverter, INVOCATION_COLUMNS } from './telemetry-db/converter.js';
export type {
  DailyCostRow,
  InvocationRow,
  TelemetryConverter,
  TelemetryConverterOptions,
} from './telemetry-db/converter.js';
