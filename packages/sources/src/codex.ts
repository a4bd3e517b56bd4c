/**
 * Reads sessions and `exec` streams of Codex.
 *
 * @packageDocumentation
 */
export { codexExecFormat } from './codex/exec-format.js';
export { codexRolloutFormat } from './codex/rollout-format.js';
