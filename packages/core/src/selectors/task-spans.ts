import type { FleetState, MessageState, SpanState } from '../projection/state.js';
import { createKeep } from './keep.js';
import { rowsOf } from './runs.js';

/** Whose spans or messages are wanted; all that is given has to fit, nothing means the whole run. */
export interface OwnerFilter {
  readonly taskId?: string | undefined;
  readonly agentId?: string | undefined;
}

const isOf = (row: OwnerFilter, { taskId, agentId }: OwnerFilter): boolean =>
  (taskId === undefined || row.taskId === taskId) && (agentId === undefined || row.agentId === agentId);

const keyOf = (runId: string, { taskId, agentId }: OwnerFilter): string =>
  JSON.stringify([runId, taskId, agentId]);

const keepSpans = createKeep<readonly SpanState[]>();

/** Spans of a run's task or agent in the order of their arrival. The same array while none of them changes. */
export function selectSpansOf(
  state: FleetState,
  runId: string,
  owner: OwnerFilter = {},
): readonly SpanState[] {
  const spans = [...rowsOf(state.runs.get(runId)?.spans, state.spans)].filter((span) => isOf(span, owner));
  return keepSpans(keyOf(runId, owner), spans);
}

const keepIds = createKeep<readonly string[]>();

/** Ids of the messages of a run, a task or an agent, oldest first. The same array while none appears. */
export function selectMessageIds(
  state: FleetState,
  runId: string,
  owner: OwnerFilter = {},
): readonly string[] {
  const messages = [...rowsOf(state.runs.get(runId)?.messages, state.messages)];
  return keepIds(
    keyOf(runId, owner),
    messages.filter((message) => isOf(message, owner)).map(({ id }) => id),
  );
}

const keepPrompt = createKeep<readonly MessageState[]>();

/** What a task was told before it answered: its system and user messages up to the first of another role. */
export function selectPrompt(state: FleetState, runId: string, taskId: string): readonly MessageState[] {
  const prompt: MessageState[] = [];
  for (const message of rowsOf(state.runs.get(runId)?.messages, state.messages)) {
    if (message.taskId !== taskId) continue;
    if (message.role !== 'system' && message.role !== 'user') break;
    prompt.push(message);
  }
  return keepPrompt(keyOf(runId, { taskId }), prompt);
}
