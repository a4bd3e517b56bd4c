import type { Json } from '@fleetglass/core/protocol';
import { createBoundedMap } from '../lib/bounded-map.js';
import { firstLine } from '../lib/guards.js';
import { inline, plainText } from '../lib/json-value.js';
import type { Agent } from './agents.js';
import { scopeOf } from './agents.js';

import { emitFileEvents } from './files.js';
import type { At, EventSink } from '../lib/event-buffer.js';

interface OpenTool {
  readonly name: string;
  readonly input: Json;
  readonly agent: Agent;
  readonly at: Omit<At, 'time'>;
}

/** Calls that wait for their result at the same time; a file without results must not fill the memory. */
const MAX_OPEN = 2_000;
/** Calls that are recognised when the file repeats them. */
const MAX_REMEMBERED = 10_000;
const ERROR_LENGTH = 300;
/** What the tool's own errors are wrapped in. */
const ERROR_TAGS = /^\s*<tool_use_error>|<\/tool_use_error>\s*$/g;

export interface Tools {
  /** Does nothing when the call was seen before. @returns whether it is new */
  start(agent: Agent, toolUseId: string, name: string, input: Json, time: number): boolean;
  end(toolUseId: string, content: Json, isError: boolean, structured: unknown, time: number): void;
  /** Ends what still waits, of one agent or of all: no result will come. */
  abandon(agent?: Agent): void;
}

export function createTools(sink: EventSink): Tools {
  const open = createBoundedMap<string, OpenTool>(MAX_OPEN);
  const seen = createBoundedMap<string, true>(MAX_REMEMBERED);

  function cancel(tool: OpenTool): void {
    sink.emit('span.ended', { status: 'cancelled' }, { ...tool.at, time: tool.agent.lastTime });
  }

  return {
    start(agent, toolUseId, name, input, time) {
      if (seen.has(toolUseId)) return false;
      seen.set(toolUseId, true);
      const parentSpanId = agent.delegation?.toolUseId;
      const at = {
        ...scopeOf(agent),
        spanId: toolUseId,
        ...(parentSpanId === undefined ? {} : { parentSpanId }),
      };
      const forgotten = open.set(toolUseId, { name, input, agent, at });
      if (forgotten) cancel(forgotten);
      sink.emit('span.started', { kind: 'tool', name, input: inline(input) }, { ...at, time });
      return true;
    },
    end(toolUseId, content, isError, structured, time) {
      const tool = open.get(toolUseId);
      if (!tool) return;
      open.delete(toolUseId);
      const output = inline(content);
      const at = { ...tool.at, time };
      if (isError) {
        const said = plainText(content).replace(ERROR_TAGS, '');
        const message = firstLine(said, ERROR_LENGTH) || 'The tool failed.';
        sink.emit('span.ended', { status: 'error', output, error: { code: 'TOOL_ERROR', message } }, at);
      } else {
        sink.emit('span.ended', { status: 'ok', output }, at);
        emitFileEvents(sink, tool.name, tool.input, structured, at);
      }
    },
    abandon(agent) {
      for (const [id, tool] of open.entries()) {
        if (agent && tool.agent !== agent) continue;
        open.delete(id);
        cancel(tool);
      }
    },
  };
}
