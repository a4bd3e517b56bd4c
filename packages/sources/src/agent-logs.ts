/**
 * Reads folders of agent logs (`prompt.txt`, `text.txt`, `tools.jsonl`, `summary.jsonl`).
 *
 * @packageDocumentation
 */
export { createAgentLogConverter } from './agent-logs/converter.js';
export type { AgentLogConverter } from './agent-logs/converter.js';
export { isAgentLogFolder } from './agent-logs/folders.js';
