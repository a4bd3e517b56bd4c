/**
 * Shows runs of LangChain and LangGraph live, through their callbacks.
 *
 * @packageDocumentation
 */
export { fleetglassCallbacks } from './langgraph-callbacks/handler.js';
export type { LangGraphCallbacks, LangGraphCallbacksOptions } from './langgraph-callbacks/handler.js';
export type { LiveOptions, LiveStats } from './lib/live-target.js';
