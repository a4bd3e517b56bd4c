import type { EventOf, FleetEvent, KnownEvent, Payload } from '@fleetglass/core/protocol';
import { addUsage, NANO_PER_USD, ZERO_USAGE } from '@fleetglass/core';
import type { UsageTotals } from '@fleetglass/core';

export type AgentLogFile = 'prompt.txt' | 'text.txt' | 'tools.jsonl' | 'summary.jsonl';

/** Text that goes to the end of one of the files of an agent; a payload stands for its own text. */
export interface AgentLogEntry {
  readonly file: AgentLogFile;
  readonly parts: readonly (string | Payload)[];
}

/** What the files of one agent of a run still need to know of its past. */
export interface AgentLog {
  /** What an event of the agent adds to its files. */
  next(event: KnownEvent): readonly AgentLogEntry[];
  /** The run is over: the last line of `summary.jsonl`. */
  end(run: FleetEvent): readonly AgentLogEntry[];
}

/** Most characters of a tool's result in `tools.jsonl`. */
const MAX_RESULT = 2_000;

/** Spans that an agent may have open at once; what is above has no end in its files. */
const MAX_OPEN = 1_000;

const NOTHING: readonly AgentLogEntry[] = [];

const stamp = (time: number): string => new Date(time).toISOString();

const line = (file: AgentLogFile, value: object): AgentLogEntry => ({
  file,
  parts: [`${JSON.stringify(value)}\n`],
});

const shorten = (text: string): string =>
  text.length <= MAX_RESULT ? text : `${text.slice(0, MAX_RESULT - 1)}…`;

/** What a person sees of a payload in one line; the whole of a large one stays in the store. */
function brief(payload: Payload | undefined): unknown {
  if (!payload) return null;
  return payload.kind === 'blob' ? payload.preview : payload.value;
}

function resultText(payload: Payload | undefined): string {
  const value = brief(payload);
  return shorten(typeof value === 'string' ? value : JSON.stringify(value));
}

const tokens = (usage: UsageTotals): object => ({
  input_tokens:
    usage.inputTokens - usage.cacheReadTokens - usage.cacheWrite5mTokens - usage.cacheWrite1hTokens,
  cache_read_input_tokens: usage.cacheReadTokens,
  cache_creation_input_tokens: usage.cacheWrite5mTokens + usage.cacheWrite1hTokens,
  output_tokens: usage.outputTokens,
});

/** @param sessionId id of the run */
export function createAgentLog(sessionId: string): AgentLog {
  const open = new Map<string, EventOf<'span.started'>>();
  let usage = ZERO_USAGE;
  let nanoUsd = 0;
  let unpriced = 0;
  let simulated = false;
  let turns = 0;
  let failed = false;
  let firstTime: number | undefined;

  const cost = (): object => ({
    // Unknown is not zero: an amount from which calls are missing is a lower bound.
    total_cost_usd: turns > 0 && unpriced === turns ? null : nanoUsd / NANO_PER_USD,
    ...(unpriced > 0 ? { calls_without_price: unpriced } : {}),
    ...(simulated ? { cost_basis: 'simulated' } : {}),
  });

  const began = (event: EventOf<'span.started'>): readonly AgentLogEntry[] => {
    const { data, time, spanId = '' } = event;
    if (data.kind !== 'model' && data.kind !== 'tool') return NOTHING;
    if (open.size < MAX_OPEN) open.set(spanId, event);
    if (data.kind === 'model') {
      const head = `# ${stamp(time)} ${data.model ?? data.name}\n\n`;
      return data.input ? [{ file: 'prompt.txt', parts: [head, data.input, '\n\n'] }] : NOTHING;
    }
    return [
      line('tools.jsonl', {
        timestamp: stamp(time),
        type: 'tool_use',
        tool_name: data.name,
        tool_use_id: spanId,
        input: brief(data.input),
      }),
    ];
  };

  const ended = ({ data, time, spanId = '' }: EventOf<'span.ended'>): readonly AgentLogEntry[] => {
    const start = open.get(spanId);
    open.delete(spanId);
    if (start?.data.kind === 'tool') {
      return [
        line('tools.jsonl', {
          timestamp: stamp(time),
          type: 'tool_result',
          tool_name: start.data.name,
          tool_use_id: spanId,
          content: data.error
            ? shorten(`${data.error.code}: ${data.error.message}`)
            : resultText(data.output),
          is_error: data.status !== 'ok',
          duration_ms: Math.max(0, time - start.time),
          ...(data.reused === true ? { reused: true } : {}),
        }),
      ];
    }
    if (!start || data.reused === true) return NOTHING;
    turns += 1;
    if (data.usage) usage = addUsage(usage, data.usage);
    if (data.cost?.nanoUsd === undefined) unpriced += 1;
    else nanoUsd += data.cost.nanoUsd;
    simulated ||= data.cost?.basis === 'simulated';
    return [
      line('summary.jsonl', {
        timestamp: stamp(time),
        type: 'ModelCall',
        model: data.model ?? start.data.model ?? start.data.name,
        is_error: data.status !== 'ok',
        duration_ms: Math.max(0, time - start.time),
        cost_usd: data.cost?.nanoUsd === undefined ? null : data.cost.nanoUsd / NANO_PER_USD,
        ...(data.cost === undefined ? {} : { cost_basis: data.cost.basis }),
        ...(data.usage ? { usage: tokens(addUsage(ZERO_USAGE, data.usage)) } : {}),
      }),
    ];
  };

  const said = ({ data, time }: EventOf<'message.appended'>): readonly AgentLogEntry[] => {
    const text = data.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n');
    if (text === '') return NOTHING;
    if (data.role === 'assistant') return [{ file: 'text.txt', parts: [text, '\n\n'] }];
    return [{ file: 'prompt.txt', parts: [`# ${stamp(time)} ${data.role}\n\n${text}\n\n`] }];
  };

  const taskEnded = (event: EventOf<'task.completed' | 'task.failed'>): readonly AgentLogEntry[] => {
    const isError = event.type === 'task.failed';
    failed ||= isError;
    return [
      line('summary.jsonl', {
        timestamp: stamp(event.time),
        type: 'Task',
        task_id: event.taskId ?? null,
        is_error: isError,
        ...(event.type === 'task.failed' ? { error: event.data.error.message } : {}),
      }),
    ];
  };

  return {
    next(event) {
      firstTime ??= event.time;
      switch (event.type) {
        case 'span.started':
          return began(event);
        case 'span.ended':
          return ended(event);
        case 'message.appended':
          return said(event);
        case 'task.completed':
        case 'task.failed':
          return taskEnded(event);
        default:
          return NOTHING;
      }
    },
    end: ({ type, time }) => [
      line('summary.jsonl', {
        timestamp: stamp(time),
        type: 'ResultMessage',
        is_error: failed || type !== 'run.completed',
        duration_ms: Math.max(0, time - (firstTime ?? time)),
        num_turns: turns,
        session_id: sessionId,
        ...cost(),
        usage: tokens(usage),
      }),
    ],
  };
}
