/**
 * Reads traces of any-agent.
 *
 * @packageDocumentation
 */
export { anyAgentFormat } from './any-agent/format.js';
