/**
 * Keeps checkpoints of LangGraph in a store of ours.
 *
 * @packageDocumentation
 */
export { FleetglassSaver } from './langgraph/saver.js';
export type { FleetglassSaverOptions } from './langgraph/saver.js';
export type { ThreadLease } from './langgraph/thread-leases.js';
