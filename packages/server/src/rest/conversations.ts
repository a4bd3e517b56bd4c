import { selectMessages } from '@fleetglass/core';
import type { FleetState, MessageState } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import type { Call, Endpoint } from './endpoint.js';
import { page, pageOf } from './page.js';
import { pageQuery } from './place.js';
import { id, json, listOf, payload, time, words } from './values.js';

const part = z
  .union([
    z.object({ kind: z.literal('text'), text: z.string() }),
    z.object({ kind: z.literal('thinking'), text: z.string() }),
    z.object({ kind: z.literal('toolCall'), callId: z.string(), name: z.string(), input: json }),
    z.object({
      kind: z.literal('toolResult'),
      callId: z.string(),
      output: payload,
      isError: z.boolean().optional(),
    }),
    z.object({
      kind: z.literal('reference'),
      ref: z.string(),
      mediaType: z.string(),
      name: z.string().optional(),
    }),
  ])
  .meta(component('MessagePart'));

const role = z.enum(['system', 'user', 'assistant', 'tool']);

const message = z
  .object({
    id: z.string(),
    runId: z.string().optional(),
    agentId: z.string().optional(),
    taskId: z.string().optional(),
    role,
    parts: z.array(part),
    time,
    streaming: z.boolean().describe('Parts of it arrived and the whole did not yet'),
  })
  .meta(component('Message'));

const viewMessage = (row: MessageState): z.input<typeof message> => ({
  id: row.id,
  runId: row.runId,
  agentId: row.agentId,
  taskId: row.taskId,
  role: row.role,
  parts: row.parts as z.input<typeof message>['parts'],
  time: row.time,
  streaming: row.streaming,
});

const messageQuery = {
  role: listOf(role).optional(),
  text: words.describe('Occurs in what was said or thought, in any case').optional(),
  ...pageQuery,
};

interface Wanted {
  readonly runId: string;
  readonly agentId?: string;
  readonly taskId?: string;
}

function messagesOf(
  state: FleetState,
  { runId, agentId, taskId }: Wanted,
  {
    role: roles,
    text,
  }: { readonly role?: readonly string[] | undefined; readonly text?: string | undefined },
): readonly MessageState[] {
  // Whoever may see one agent or task only has no run to list the messages of.
  const all = state.runs.has(runId) ? selectMessages(state, runId) : [...state.messages.values()];
  const low = text?.toLowerCase();
  return all.filter(
    (row) =>
      row.runId === runId &&
      (agentId === undefined || row.agentId === agentId) &&
      (taskId === undefined || row.taskId === taskId) &&
      (roles === undefined || roles.includes(row.role)) &&
      (low === undefined ||
        row.parts.some((each) => 'text' in each && each.text.toLowerCase().includes(low))),
  );
}

interface MessageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly role?: readonly string[] | undefined;
  readonly text?: string | undefined;
}

const answerMessages = (call: Call<Wanted, MessageQuery>) =>
  page(call, {
    run: call.params.runId,
    rows: (state) => messagesOf(state, call.params, call.query),
    keyOf: (row) => row.key,
    viewOf: viewMessage,
  });

const DESCRIPTION =
  'The oldest first, as far as they are held one by one; older ones of very long runs are in the events of its report.';

export const conversationEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/conversation',
    id: 'getRunConversation',
    tag: 'Conversations',
    role: 'viewer',
    summary: 'Messages of a run',
    description: DESCRIPTION,
    params: { runId: id },
    query: messageQuery,
    answer: pageOf(message),
    handle: answerMessages,
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/agents/{agentId}/conversation',
    id: 'getAgentConversation',
    tag: 'Conversations',
    role: 'viewer',
    summary: 'Messages of an agent',
    description: DESCRIPTION,
    params: { runId: id, agentId: id },
    query: messageQuery,
    answer: pageOf(message),
    handle: answerMessages,
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{runId}/tasks/{taskId}/conversation',
    id: 'getTaskConversation',
    tag: 'Conversations',
    role: 'viewer',
    summary: 'Messages of a task',
    description: DESCRIPTION,
    params: { runId: id, taskId: id },
    query: messageQuery,
    answer: pageOf(message),
    handle: answerMessages,
  }),
];
