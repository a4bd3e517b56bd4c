/**
 * Reads sessions of Claude Code, line by line or whole.
 *
 * @packageDocumentation
 */
import { createSessionConverter } from './claude-code/converter.js';
import type { ClaudeCodeConverter, ClaudeCodeOptions } from './claude-code/converter.js';

export type { ClaudeCodeConverter, ClaudeCodeOptions, LineSource } from './claude-code/converter.js';
export { readClaudeCodeSession } from './claude-code/read-session.js';
export type { ReadClaudeCodeOptions } from './claude-code/read-session.js';

/**
 * Converts recorded Claude Code sessions to events: pure, streaming, in constant memory, and deterministic: the same
 * lines give the same events with the same ids and the recorded times. Ids are unique within the run.
 *
 * Each call of the model is one span however often the files repeat it, with normalised usage and the list price of
 * its day; a prompt is a task of the main agent, a sub-agent's work a task below it. Lines that cannot be read become
 * counted `log.written` warnings.
 */
export function createClaudeCodeConverter(options: ClaudeCodeOptions): ClaudeCodeConverter {
  const { line, end } = createSessionConverter(options);
  return { line, end };
}
