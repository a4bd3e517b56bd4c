/**
 * Shows every call of the AI SDK live, through its telemetry.
 *
 * @packageDocumentation
 */
export { fleetglassTelemetry } from './ai-sdk-telemetry/telemetry.js';
export type { AiSdkTelemetry, AiSdkTelemetryOptions } from './ai-sdk-telemetry/telemetry.js';
export type { LiveOptions, LiveStats } from './lib/live-target.js';
