/*
 * Agents, tasks, spans and messages are named within their run: two runs of the same graph both have a `REVIEWER`.
 * The projection's tables therefore use keys that hold both.
 */

/** Key of an agent in the state; made by {@link agentKey}. Ids of agents repeat from run to run, keys do not. */
export type AgentKey = string & { readonly __key: 'agent' };
/** Key of a task in the state; made by {@link taskKey}. */
export type TaskKey = string & { readonly __key: 'task' };
/** Key of a span in the state; made by {@link spanKey}. */
export type SpanKey = string & { readonly __key: 'span' };
/** Key of a message in the state; made by {@link messageKey}. */
export type MessageKey = string & { readonly __key: 'message' };

const join = (runId: string | undefined, id: string): string => `${runId ?? ''}/${id}`;

/** Key of an agent in the tables of a state. */
export const agentKey = (runId: string | undefined, agentId: string): AgentKey =>
  join(runId, agentId) as AgentKey;
/** Key of a task in the tables of a state. */
export const taskKey = (runId: string | undefined, taskId: string): TaskKey => join(runId, taskId) as TaskKey;
/** Key of a span in the tables of a state. */
export const spanKey = (runId: string | undefined, spanId: string): SpanKey => join(runId, spanId) as SpanKey;
/** Key of a message in the tables of a state. */
export const messageKey = (runId: string | undefined, messageId: string): MessageKey =>
  join(runId, messageId) as MessageKey;

/** Key of a budget, an approval or an alert. */
export const itemKey = join;
