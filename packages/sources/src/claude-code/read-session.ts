import type { EventInput } from '@fleetglass/core/protocol';
import type { PutBlob } from '../lib/bound-payloads.js';
import { boundPayloads, hasLargePayload } from '../lib/bound-payloads.js';
import type { ClaudeCodeOptions } from './converter.js';
import { createSessionConverter } from './converter.js';
import { mergeLines } from './merged-lines.js';
import { agentIdOfFile, findSessionFiles } from './session-files.js';

/** Prices, ids and batches of a session that is read. */
export interface ReadClaudeCodeOptions extends Omit<ClaudeCodeOptions, 'hasOwnFile'> {
  /** Where payloads above 16 kB go, for example a store's `putBlob`. Without it they are cut, which they then say. */
  readonly putBlob?: PutBlob;
  /** Events of one batch, about. @default 256 */
  readonly batchSize?: number;
}

const BATCH_SIZE = 256;

/**
 * Reads a recorded Claude Code session from disk: `path` is the session's `.jsonl` file; the files of its sub-agents
 * are found beside it and merged by time. Yields batches of events in the order in which things happened; holds one
 * line of each open file and what the calls in flight need, however long the session is.
 *
 * @throws FleetglassError `NOT_FOUND`, `BAD_INPUT` when the file cannot be read at all; lines that cannot be read
 * become warnings
 */
export async function* readClaudeCodeSession(
  path: string,
  options: ReadClaudeCodeOptions,
): AsyncGenerator<readonly EventInput[], void, undefined> {
  const { putBlob, batchSize = BATCH_SIZE, ...rest } = options;
  const files = await findSessionFiles(path);
  const withFile = new Set(files.subagents.map(agentIdOfFile));
  const converter = createSessionConverter({ ...rest, hasOwnFile: (agentId) => withFile.has(agentId) });

  let batch: EventInput[] = [];
  const add = async (events: readonly EventInput[]): Promise<void> => {
    for (const event of events) {
      batch.push(hasLargePayload(event) ? await boundPayloads(event, putBlob) : event);
    }
  };
  for await (const lines of mergeLines(files)) {
    for (const { line, file, lineNumber } of lines) {
      const source = { file, lineNumber };
      const events =
        typeof line === 'string' ? converter.reject(line, source) : converter.accept(line, source);
      if (events.length > 0) await add(events);
      if (batch.length >= batchSize) {
        yield batch;
        batch = [];
      }
    }
  }
  await add(converter.end());
  if (batch.length > 0) yield batch;
}
