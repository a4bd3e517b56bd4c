import type { EventType, FleetEvent } from '../protocol/event.js';
import type { Data } from './guard.js';
import { text } from './guard.js';
import { itemKey } from './keys.js';
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
import type { Draft, Held } from './table.js';
import { TableDraft } from './table.js';

/** The draft of one batch, and the rows that the event which is being folded belongs to. */
export interface Fold {
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
}

/** Names of a state's tables. */
export const TABLES = [
  'runs',
  'agents',
  'tasks',
  'spans',
  'messages',
  'budgets',
  'approvals',
  'alerts',
] as const satisfies readonly (keyof FleetState)[];

export type TableName = (typeof TABLES)[number];

/** Makes something for each table. */
export function forTables<T>(make: (name: TableName) => T): { readonly [N in TableName]: T } {
  const made = {} as { [N in TableName]: T };
  for (const name of TABLES) made[name] = make(name);
  return made;
}

const idOnly = (_: unknown, id: string): string => id;

/** Each table has a copying function of its own: one that sees rows of one shape only is eight times as fast. */
export function draftOf(state: FleetState): Fold {
  return {
    runs: new TableDraft(state.runs, idOnly, (run) => ({ ...run })),
    agents: new TableDraft(state.agents, itemKey, (agent) => ({ ...agent })),
    tasks: new TableDraft(state.tasks, itemKey, (task) => ({ ...task })),
    spans: new TableDraft(state.spans, itemKey, (span) => ({ ...span })),
    messages: new TableDraft(state.messages, itemKey, (message) => ({ ...message })),
    budgets: new TableDraft(state.budgets, itemKey, (budget) => ({ ...budget })),
    approvals: new TableDraft(state.approvals, itemKey, (approval) => ({ ...approval })),
    alerts: new TableDraft(state.alerts, itemKey, (alert) => ({ ...alert })),
    dropped: state.dropped,
    run: undefined,
    agent: undefined,
  };
}

export function finish(fold: Fold, state: FleetState, seq: number, time: number): FleetState {
  const tables = forTables((name): unknown => fold[name].finish()) as Pick<FleetState, TableName>;
  return { ...state, ...tables, seq, time, dropped: fold.dropped };
}

/** Folds one event into the draft. */
export type Handler = (fold: Fold, event: FleetEvent, data: Data) => void;

/** A handler for every type of a family. */
export type Handlers<Family extends string> = {
  readonly [T in Extract<EventType, `${Family}.${string}`>]: Handler;
};

type Own<V> = V extends readonly (infer Item)[] ? Item[] : Draft<V>;

/** Nested values that a batch copies once, a bit each. */
const BITS = {
  totals: 1,
  feed: 2,
  taskCounts: 4,
  edges: 8,
  checkpoints: 16,
  dropped: 32,
  spend: 512,
  transitions: 64,
  parts: 128,
  warned: 256,
};

type Part = keyof typeof BITS;

/** A nested value of an entity, to be changed in place: copied the first time in a batch. */
export function own<T, K extends keyof T & Part>(
  held: Held<T>,
  key: K,
  copy: (value: T[K]) => T[K] = shallow,
): Own<T[K]> {
  const bit = BITS[key];
  if ((held.owned & bit) === 0) {
    held.owned |= bit;
    held.value[key] = copy(held.value[key]);
  }
  return held.value[key] as Own<T[K]>;
}

function shallow<V>(value: V): V {
  return (Array.isArray(value) ? value.slice() : { ...value }) as V;
}

/** Forgets optional fields. Deleting them would make rows slow to read. */
export function clear<T extends object>(row: T, ...names: (keyof T)[]): void {
  for (const name of names) if (row[name] !== undefined) row[name] = undefined as T[keyof T];
}

/** Adds to the end of an array that keeps the newest `limit`. */
export function pushTo<T>(items: T[], item: T, limit: number): void {
  items.push(item);
  if (items.length > limit) items.shift();
}

/** Adds to a sum in a record that holds at most `limit` names. */
export function addIn(record: { [name: string]: number }, name: string, value: number, limit = 1_000): void {
  if (Object.hasOwn(record, name)) record[name] = (record[name] ?? 0) + value;
  else if (Object.keys(record).length < limit) record[name] = value;
}

interface Scoped {
  runId?: string;
  threadId?: string;
  agentId?: string;
  taskId?: string;
}

/** Remembers the scope of an entity's first event. */
export function setScope(target: Scoped, { runId, threadId, agentId, taskId }: FleetEvent): void {
  if (runId !== undefined) target.runId = runId;
  if (threadId !== undefined) target.threadId = threadId;
  if (agentId !== undefined) target.agentId = agentId;
  if (taskId !== undefined) target.taskId = taskId;
}

/** Guards of what {@link setScope} remembers. */
export const HOME = { runId: text, threadId: text };
export const SCOPE = { ...HOME, agentId: text, taskId: text };
