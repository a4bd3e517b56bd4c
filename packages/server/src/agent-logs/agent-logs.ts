import { join } from 'node:path';
import type { Clock, FleetglassError, Store } from '@fleetglass/core';
import { systemClock, toFleetglassError } from '@fleetglass/core';
import { isRunEnd } from '@fleetglass/core/protocol';
import type { FleetEvent, KnownEvent, Payload } from '@fleetglass/core/protocol';
import type { AgentLog, AgentLogEntry } from './agent-log.js';
import { createAgentLog } from './agent-log.js';
import { appendTo, safeName } from './log-files.js';

/** What agent logs are written from, and where to. */
export interface AgentLogsOptions {
  readonly store: Store;
  /** Folder of the logs: one folder a run, in it one an agent. Made when it is not there. */
  readonly dir: string;
  /** Milliseconds for which lines are gathered before they are written. @default 500 */
  readonly flushMs?: number;
  /** Events that may wait to be written; of what is above, the oldest are left out and counted. @default 50_000 */
  readonly buffer?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Told when something could not be written; writing goes on. @default nobody */
  readonly onError?: (error: FleetglassError) => void;
}

/** Files beside the log for people and tools that read files. */
export interface AgentLogs {
  /** Events that are not in the files: too many came at once, or they could not be written. */
  readonly dropped: number;
  /** Resolves when everything accepted before is in its file, or counted as dropped. */
  flush(): Promise<void>;
  /** Writes what waits and ends. */
  close(): Promise<void>;
}

/** Event types that end up in a file, beside the end of a run. */
const WRITTEN: ReadonlySet<string> = new Set([
  'span.started',
  'span.ended',
  'message.appended',
  'task.completed',
  'task.failed',
]);

/** Agents whose past is remembered; of those above, the oldest start anew. */
const MAX_AGENTS = 10_000;

/**
 * Writes `prompt.txt`, `text.txt`, `tools.jsonl` and `summary.jsonl` for each agent of each run, into
 * `<dir>/<run>/<agent>/`, from the events that the store accepts from now on. `summary.jsonl` ends with a
 * `ResultMessage` when the run does. Whoever appends to the store waits for nothing: events are only put aside, and
 * formatted when they are written. Ids that are no good file names are replaced by ones that are.
 *
 * @example
 * const logs = createAgentLogs({ store, dir: 'agent-logs' })
 * await logs.close() // before store.close()
 */
export function createAgentLogs(options: AgentLogsOptions): AgentLogs {
  const { store, dir, flushMs = 500, buffer = 50_000, clock = systemClock } = options;
  const runs = new Map<string, Map<string, AgentLog>>();
  let agents = 0;
  let waiting: FleetEvent[] = [];
  let dropped = 0;
  let scheduled = false;
  let closed = false;
  let writing: Promise<void> = Promise.resolve();

  const report = (error: unknown): void => {
    try {
      options.onError?.(toFleetglassError(error, 'STORE_FAILED'));
    } catch {
      // Nobody is left to be told.
    }
  };

  const forget = (runId: string): void => {
    agents -= runs.get(runId)?.size ?? 0;
    runs.delete(runId);
  };

  const logOf = (runId: string, agentId: string): AgentLog => {
    let ofRun = runs.get(runId);
    if (!ofRun) runs.set(runId, (ofRun = new Map<string, AgentLog>()));
    let log = ofRun.get(agentId);
    if (!log) {
      ofRun.set(agentId, (log = createAgentLog(runId)));
      agents += 1;
      const oldest = runs.keys().next();
      if (agents > MAX_AGENTS && !oldest.done && oldest.value !== runId) forget(oldest.value);
    }
    return log;
  };

  const textOf = async (part: string | Payload): Promise<string> => {
    if (typeof part === 'string') return part;
    if (part.kind === 'inline') return plainText(part.value);
    const blob = await store.getBlob(part.ref);
    return blob ? plainText(JSON.parse(Buffer.from(blob.bytes).toString('utf8'))) : `${part.preview}…`;
  };

  /** Text by folder and file, in order. */
  const gather = async (events: readonly FleetEvent[]): Promise<Map<string, Map<string, string>>> => {
    const folders = new Map<string, Map<string, string>>();
    const add = async (runId: string, agentId: string, entries: readonly AgentLogEntry[]): Promise<void> => {
      for (const { file, parts } of entries) {
        const folder = join(safeName(runId), safeName(agentId));
        let files = folders.get(folder);
        if (!files) folders.set(folder, (files = new Map<string, string>()));
        const text = (await Promise.all(parts.map(textOf))).join('');
        files.set(file, (files.get(file) ?? '') + text);
      }
    };
    for (const event of events) {
      const { runId, agentId } = event;
      if (runId === undefined) continue;
      try {
        if (isRunEnd(event.type)) {
          for (const [id, log] of runs.get(runId) ?? []) await add(runId, id, log.end(event));
          forget(runId);
        } else if (agentId !== undefined) {
          // All of the types that are written are known; data that is not what it should be throws and is counted.
          await add(runId, agentId, logOf(runId, agentId).next(event as KnownEvent));
        }
      } catch (error) {
        dropped += 1;
        report(error);
      }
    }
    return folders;
  };

  const write = async (): Promise<void> => {
    const events = waiting;
    waiting = [];
    if (events.length === 0) return;
    for (const [folder, texts] of await gather(events)) {
      try {
        await appendTo(join(dir, folder), texts);
      } catch (error) {
        dropped += texts.size;
        report(error);
      }
    }
  };

  const flush = (): Promise<void> => (writing = writing.then(write));

  const unsubscribe = store.subscribe(({ events }) => {
    for (const event of events) if (WRITTEN.has(event.type) || isRunEnd(event.type)) waiting.push(event);
    if (waiting.length > buffer) {
      dropped += waiting.length - buffer;
      waiting = waiting.slice(-buffer);
    }
    if (scheduled || closed || waiting.length === 0) return;
    scheduled = true;
    clock.setTimeout(
      () => {
        scheduled = false;
        void flush();
      },
      flushMs,
      { background: true },
    );
  });

  return {
    get dropped() {
      return dropped;
    },
    flush,
    async close() {
      closed = true;
      unsubscribe();
      await flush();
    },
  };
}

/** Messages as `role: text`; anything else as it is, or as JSON. */
function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every(isMessage)) {
    return value.map(({ role, content }) => `${role}: ${content}`).join('\n\n');
  }
  return JSON.stringify(value, undefined, 2);
}

function isMessage(value: unknown): value is { readonly role: string; readonly content: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { role, content } = value as { role?: unknown; content?: unknown };
  return typeof role === 'string' && typeof content === 'string';
}
