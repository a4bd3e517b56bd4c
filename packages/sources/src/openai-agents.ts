/**
 * Shows runs of the OpenAI Agents SDK live, as a tracing processor.
 *
 * @packageDocumentation
 */
export { fleetglassProcessor } from './openai-agents/processor.js';
export type { AgentsProcessor, AgentsProcessorOptions } from './openai-agents/processor.js';
export type { AgentsSpan, AgentsTrace } from './openai-agents/trace.js';
export type { LiveOptions, LiveStats } from './lib/live-target.js';
