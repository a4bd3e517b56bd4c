/**
 * Reads trajectories of SWE-agent.
 *
 * @packageDocumentation
 */
export { sweAgentFormat, sweAgentMessagesFormat } from './swe-agent/format.js';
