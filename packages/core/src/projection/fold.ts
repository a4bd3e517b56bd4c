import type { EventType, FleetEvent } from '../protocol/event.js';
import { agentKey, taskKey } from './keys.js';
import type { Data } from './guard.js';
import type {
  AgentState,
  AlertState,
  ApprovalState,
  BudgetState,
  FleetState,
  MessageState,
  RunState,
  SpanState,
  TaskState,
} from './state.js';
import type { Draft, Held, TableDraft } from './table.js';
import { draftTable } from './table.js';

/** The draft of one batch, and the scope of the event that is being folded. */
export class Fold {
  readonly runs: TableDraft<RunState>;
  readonly agents: TableDraft<AgentState>;
  readonly tasks: TableDraft<TaskState>;
  readonly spans: TableDraft<SpanState>;
  readonly messages: TableDraft<MessageState>;
  readonly budgets: TableDraft<BudgetState>;
  readonly approvals: TableDraft<ApprovalState>;
  readonly alerts: TableDraft<AlertState>;
  dropped: FleetState['dropped'];
  /** Row of the event's run, when there is one. */
  run: Held<RunState> | undefined;
  /** Row of the event's agent, when there is one. */
  agent: Held<AgentState> | undefined;

  constructor(private readonly base: FleetState) {
    this.runs = draftTable(base.runs);
    this.agents = draftTable(base.agents);
    this.tasks = draftTable(base.tasks);
    this.spans = draftTable(base.spans);
    this.messages = draftTable(base.messages);
    this.budgets = draftTable(base.budgets);
    this.approvals = draftTable(base.approvals);
    this.alerts = draftTable(base.alerts);
    this.dropped = base.dropped;
  }

  taskIn(runId: string | undefined, taskId: string | undefined): Held<TaskState> | undefined {
    return taskId === undefined ? undefined : this.tasks.edit(taskKey(runId, taskId));
  }

  agentIn(runId: string | undefined, agentId: string | undefined): Held<AgentState> | undefined {
    return agentId === undefined ? undefined : this.agents.edit(agentKey(runId, agentId));
  }

  finish(seq: number, time: number): FleetState {
    return {
      stateVersion: this.base.stateVersion,
      seq,
      time,
      runs: this.runs.finish(),
      agents: this.agents.finish(),
      tasks: this.tasks.finish(),
      spans: this.spans.finish(),
      messages: this.messages.finish(),
      budgets: this.budgets.finish(),
      approvals: this.approvals.finish(),
      alerts: this.alerts.finish(),
      dropped: this.dropped,
    };
  }
}

/** Folds one event into the draft. */
export type Handler = (fold: Fold, event: FleetEvent, data: Data) => void;

/** A handler for every type of a family. */
export type Handlers<Family extends string> = {
  readonly [T in Extract<EventType, `${Family}.${string}`>]: Handler;
};

type Own<V> = V extends readonly (infer Item)[] ? Item[] : Draft<V>;

/** A nested array or record of an entity, copied once a batch. */
export function own<T, K extends keyof T>(held: Held<T>, key: K): Own<T[K]> {
  const value: unknown = held.value[key];
  if (held.owned.has(key)) return value as Own<T[K]>;
  held.owned.add(key);
  const copy: unknown = Array.isArray(value) ? value.slice() : { ...(value as object) };
  held.value[key] = copy as T[K];
  return copy as Own<T[K]>;
}

/** Adds to a sum in a record that holds at most `limit` names. */
export function addIn(record: { [name: string]: number }, name: string, value: number, limit = 1_000): void {
  if (Object.hasOwn(record, name)) record[name] = (record[name] ?? 0) + value;
  else if (Object.keys(record).length < limit) record[name] = value;
}

/** Remembers which run and thread an entity belongs to. */
export function setHome(
  target: { runId?: string; threadId?: string },
  { runId, threadId }: FleetEvent,
): void {
  if (runId !== undefined) target.runId = runId;
  if (threadId !== undefined) target.threadId = threadId;
}

/** Remembers the whole scope of an entity. */
export function setScope(
  target: { runId?: string; threadId?: string; agentId?: string; taskId?: string },
  event: FleetEvent,
): void {
  setHome(target, event);
  if (event.agentId !== undefined) target.agentId = event.agentId;
  if (event.taskId !== undefined) target.taskId = event.taskId;
}
