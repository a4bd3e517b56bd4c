/**
 * Shows runs of the Claude Agent SDK live, with its sub-agents.
 *
 * @packageDocumentation
 */
export { watch } from './claude-agent/watch.js';
export type { WatchOptions } from './claude-agent/watch.js';
export type { LiveOptions } from './lib/live-target.js';
