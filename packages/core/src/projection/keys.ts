/*
 * Agents, tasks, spans and messages are named within their run: two runs of the same graph both have a `REVIEWER`.
 * The projection's tables therefore use keys that hold both.
 */

export type AgentKey = string & { readonly __key: 'agent' };
export type TaskKey = string & { readonly __key: 'task' };
export type SpanKey = string & { readonly __key: 'span' };
export type MessageKey = string & { readonly __key: 'message' };

const join = (runId: string | undefined, id: string): string => `${runId ?? ''}/${id}`;

export const agentKey = (runId: string | undefined, agentId: string): AgentKey =>
  join(runId, agentId) as AgentKey;
export const taskKey = (runId: string | undefined, taskId: string): TaskKey => join(runId, taskId) as TaskKey;
export const spanKey = (runId: string | undefined, spanId: string): SpanKey => join(runId, spanId) as SpanKey;
export const messageKey = (runId: string | undefined, messageId: string): MessageKey =>
  join(runId, messageId) as MessageKey;

/** Key of a budget, an approval or an alert. */
export const itemKey = join;
