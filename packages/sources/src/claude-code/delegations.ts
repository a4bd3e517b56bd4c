import { createBoundedMap } from '../lib/bounded-map.js';
import { isRecord, text } from '../lib/guards.js';
import { identifier } from './line.js';

/** A `Task` call: work that an agent gave to a sub-agent. Only it knows the sub-agent's type. */
export interface Delegation {
  readonly toolUseId: string;
  /** Who delegated. */
  readonly agentId: string;
  readonly taskId: string | undefined;
  readonly subagentType: string | undefined;
  readonly description: string | undefined;
}

interface Entry extends Delegation {
  readonly prompt: string | undefined;
  workerId: string | undefined;
}

/** Tools that start a sub-agent, by the names they have had. */
const DELEGATING_TOOLS = new Set(['Task', 'Agent']);

const MAX_REMEMBERED = 1_000;

export interface Delegations {
  /** Remembers a tool call when it is one that delegates. */
  noteCall(
    name: string,
    toolUseId: string,
    input: unknown,
    agentId: string,
    taskId: string | undefined,
  ): void;
  /** Learns which sub-agent a call started. */
  link(toolUseId: string, workerId: string): void;
  /** The call that started a sub-agent: by what was linked, else by the prompt that both show. */
  find(workerId: string, prompt: string | undefined): Delegation | undefined;
  /** The sub-agent of a call that has ended. */
  workerOf(toolUseId: string): string | undefined;
}

export function createDelegations(): Delegations {
  const byCall = createBoundedMap<string, Entry>(MAX_REMEMBERED);
  const byWorker = createBoundedMap<string, Entry>(MAX_REMEMBERED);

  function claim(entry: Entry, workerId: string): Entry {
    entry.workerId = workerId;
    byWorker.set(workerId, entry);
    return entry;
  }

  return {
    noteCall(name, toolUseId, input, agentId, taskId) {
      if (!DELEGATING_TOOLS.has(name) || byCall.has(toolUseId)) return;
      const fields = isRecord(input) ? input : {};
      byCall.set(toolUseId, {
        toolUseId,
        agentId,
        taskId,
        subagentType: identifier(fields['subagent_type']),
        description: text(fields['description']),
        prompt: text(fields['prompt']),
        workerId: undefined,
      });
    },
    link(toolUseId, workerId) {
      const entry = byCall.get(toolUseId);
      if (entry && entry.workerId === undefined && !byWorker.has(workerId)) claim(entry, workerId);
    },
    find(workerId, prompt) {
      const known = byWorker.get(workerId);
      if (known || prompt === undefined) return known;
      for (const entry of byCall.values()) {
        if (entry.workerId === undefined && entry.prompt === prompt) return claim(entry, workerId);
      }
      return undefined;
    },
    workerOf: (toolUseId) => byCall.get(toolUseId)?.workerId,
  };
}
