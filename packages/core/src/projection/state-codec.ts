import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Json } from '../lib/json.js';
import { isRecord } from '../lib/json.js';
import type { CostTotals } from '../model/cost.js';
import type { WorkStatus } from '../model/status.js';
import { agentKey, itemKey, messageKey, spanKey, taskKey } from './keys.js';
import type { List } from './list.js';
import { createList } from './list.js';
import {
  actor,
  amount,
  count,
  dataOf,
  failure,
  labels,
  object,
  oneOf,
  payload,
  text,
  usage,
} from './guard.js';
import { agentStatus } from './reduce-agent.js';
import { messagePart, messageRole } from './reduce-content.js';
import { alertSeverity, budgetPeriod, budgetScope, budgetUnit, onLimit } from './reduce-decision.js';
import { graph, priority } from './reduce-run.js';
import { spanKind, spanStatus } from './reduce-span.js';
import { complexity } from './reduce-task.js';
import { MAX_BUCKETS } from './series.js';
import type { Series } from './series.js';
import type { Fields, Guard } from './shape.js';
import { demand, each, maybe, shape } from './shape.js';
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
  Totals,
} from './state.js';
import { STATE_VERSION } from './state.js';
import { createTable } from './table.js';
import type { Table } from './table.js';

const flag: Guard<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
const number: Guard<number> = (value) => (Number.isFinite(value) ? (value as number) : undefined);
const status = oneOf<WorkStatus>([
  'queued',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'cancelled',
  'skipped',
  'stopped',
]);

const numbers: Guard<{ [name: string]: number }> = (value) =>
  isRecord(value) && Object.values(value).every(Number.isFinite)
    ? (value as { [name: string]: number })
    : undefined;

const series: Guard<Series> = (value) => {
  const { start, stepMs, values } = dataOf(value);
  const step = number(stepMs) ?? 0;
  const amounts = each(number)(values);
  const fits =
    Number.isInteger(Math.log2(step / 1_000)) &&
    step >= 1_000 &&
    Number.isSafeInteger((start as number) / step);
  return fits && amounts && amounts.length <= MAX_BUCKETS
    ? { start: start as number, stepMs: step, values: amounts }
    : undefined;
};

const costTotals = shape<CostTotals>({ nanoUsd: number, byBasis: numbers, unknownCalls: number });

const totals = shape<Totals>({
  cost: costTotals,
  usage,
  modelCalls: number,
  toolCalls: number,
  toolErrors: number,
});

const home = { runId: maybe(text), threadId: maybe(text) };
const scope = { ...home, agentId: maybe(text), taskId: maybe(text) };

const work = {
  status,
  reason: maybe(text),
  message: maybe(text),
  by: maybe(actor),
  error: maybe(failure),
  statusSince: amount,
  createdAt: amount,
  startedAt: maybe(amount),
  endedAt: maybe(amount),
  priority: maybe(priority),
  output: maybe(payload),
  totals,
};

/** Entities are stored without the key, which their ids make. */
type Stored<T> = Omit<T, 'key'>;

const agent: Fields<Stored<AgentState>> = {
  ...home,
  id: text,
  name: text,
  role: maybe(text),
  model: maybe(text),
  parentAgentId: maybe(text),
  concurrency: maybe(amount),
  status: agentStatus,
  activity: maybe(text),
  statusSince: amount,
  joinedAt: amount,
  lastEventAt: amount,
  transitions: each(shape({ time: amount, status: agentStatus, activity: maybe(text) })),
  totals,
  runningTasks: number,
  completedTasks: number,
  failedTasks: number,
  context: maybe(shape({ usedTokens: amount, limitTokens: amount })),
};

const task: Fields<Stored<TaskState>> = {
  ...home,
  ...work,
  id: text,
  agentId: maybe(text),
  name: text,
  node: maybe(text),
  parentTaskId: maybe(text),
  type: maybe(text),
  complexity: maybe(complexity),
  role: maybe(text),
  branch: maybe(shape({ index: count, of: count })),
  attempt: count,
  progress: maybe(shape({ done: amount, total: maybe(amount), message: maybe(text) })),
  column: maybe(text),
};

const span: Fields<Stored<SpanState>> = {
  ...scope,
  id: text,
  parentSpanId: maybe(text),
  kind: spanKind,
  name: text,
  model: maybe(text),
  provider: maybe(text),
  status: (value) => (value === 'running' ? value : spanStatus(value)),
  startedAt: amount,
  endedAt: maybe(amount),
  cost: costTotals,
  usage,
  computedNanoUsd: maybe(number),
  reservedNanoUsd: maybe(number),
  overrunNanoUsd: maybe(number),
  firstTokenMs: maybe(number),
  reused: maybe(flag),
  error: maybe(failure),
  input: maybe(payload),
  output: maybe(payload),
};

const message: Fields<Stored<MessageState>> = {
  ...scope,
  id: text,
  role: messageRole,
  parts: each(messagePart),
  time: amount,
  streaming: flag,
};

const budget: Fields<BudgetState> = {
  ...scope,
  budgetId: text,
  scope: shape({ kind: budgetScope, id: maybe(text) }),
  unit: budgetUnit,
  limit: amount,
  warnAt: maybe(each(amount)),
  onLimit,
  period: maybe(budgetPeriod),
  by: maybe(actor),
  setAt: amount,
  warned: each(amount),
  reachedAt: maybe(amount),
};

const approval: Fields<ApprovalState> = {
  ...scope,
  approvalId: text,
  title: text,
  details: maybe(object),
  options: maybe(each(text)),
  expiresAt: maybe(amount),
  requestedAt: amount,
  status: oneOf<ApprovalState['status']>(['pending', 'decided', 'expired']),
  decision: maybe(text),
  note: maybe(text),
  by: maybe(actor),
  decidedAt: maybe(amount),
};

const alert: Fields<AlertState> = {
  ...scope,
  alertId: text,
  rule: text,
  severity: alertSeverity,
  message: text,
  details: maybe(object),
  raisedAt: amount,
  status: oneOf<AlertState['status']>(['raised', 'acknowledged', 'resolved']),
  by: maybe(actor),
};

/** A list of keys is stored as the ids in them. */
const keys =
  <K extends string>(runId: string, make: (runId: string, id: string) => K): Guard<List<K>> =>
  (value) => {
    const ids = each(text)(value);
    return ids && createList(ids.map((id) => make(runId, id)));
  };

const run: Guard<RunState> = (value) => {
  const id = text(dataOf(value)['id']);
  if (id === undefined) return undefined;
  return shape<RunState>({
    ...work,
    id: text,
    threadId: maybe(text),
    name: text,
    lastEventAt: amount,
    source: maybe(text),
    forkOf: maybe(shape({ runId: text, checkpointId: text })),
    labels,
    facts: maybe(object),
    graph: maybe(graph),
    input: maybe(payload),
    agents: keys(id, agentKey),
    tasks: keys(id, taskKey),
    spans: keys(id, spanKey),
    messages: keys(id, messageKey),
    taskCounts: numbers,
    reservedNanoUsd: number,
    spend: series,
    edges: numbers,
    checkpoints: each(
      shape({ checkpointId: text, version: count, label: maybe(text), seq: count, time: amount }),
    ),
    feed: each(
      shape({
        seq: count,
        time: amount,
        type: text,
        agentId: maybe(text),
        taskId: maybe(text),
        spanId: maybe(text),
        subject: maybe(text),
        detail: maybe(text),
        severity: maybe(oneOf(['info', 'warning', 'error'])),
        by: maybe(actor),
      }),
    ),
    forgotten: shape({ spans: count, messages: count }),
    dropped: numbers,
  })(value);
};

interface Keyed {
  readonly key: string;
}

const withoutKeys = <T extends Keyed>(table: Table<T>): Omit<T, 'key'>[] =>
  Array.from(table.values(), ({ key: _, ...rest }) => rest);

/** Plain JSON form of a state, with its version, for storage and for viewers. */
export function encodeState(state: FleetState): Json {
  const { stateVersion, seq, time, dropped } = state;
  const runs = Array.from(state.runs.values(), (one) => {
    const ids = (list: List<string>): string[] => list.slice(0).map((key) => key.slice(one.id.length + 1));
    return {
      ...one,
      agents: ids(one.agents),
      tasks: ids(one.tasks),
      spans: ids(one.spans),
      messages: ids(one.messages),
    };
  });
  return {
    stateVersion,
    seq,
    time,
    dropped,
    runs,
    agents: withoutKeys(state.agents),
    tasks: withoutKeys(state.tasks),
    spans: withoutKeys(state.spans),
    messages: withoutKeys(state.messages),
    budgets: [...state.budgets.values()],
    approvals: [...state.approvals.values()],
    alerts: [...state.alerts.values()],
  } as unknown as Json;
}

const keyed = <T extends Keyed & { readonly id: string; readonly runId?: string }>(
  guard: Guard<Stored<T>>,
  make: (runId: string | undefined, id: string) => T['key'],
): Guard<readonly [string, T]> => {
  return (value) => {
    const entity = guard(value) as T | undefined;
    if (!entity) return undefined;
    const key = make(entity.runId, entity.id);
    return [key, { ...entity, key }];
  };
};

const item =
  <T extends { readonly runId?: string }>(
    guard: Guard<T>,
    idOf: (entity: T) => string,
  ): Guard<readonly [string, T]> =>
  (value) => {
    const entity = guard(value);
    return entity && [itemKey(entity.runId, idOf(entity)), entity];
  };

const ROWS = {
  runs: (value: unknown): readonly [string, RunState] | undefined => {
    const entity = run(value);
    return entity && [entity.id, entity];
  },
  agents: keyed<AgentState>(shape(agent), agentKey),
  tasks: keyed<TaskState>(shape(task), taskKey),
  spans: keyed<SpanState>(shape(span), spanKey),
  messages: keyed<MessageState>(shape(message), messageKey),
  budgets: item(shape(budget), ({ budgetId }) => budgetId),
  approvals: item(shape(approval), ({ approvalId }) => approvalId),
  alerts: item(shape(alert), ({ alertId }) => alertId),
};

/**
 * Rebuilds a state from {@link encodeState}'s form. Every field is checked: the form may come from anywhere.
 *
 * @throws FleetglassError `UNSUPPORTED_VERSION` when another version wrote it, `BAD_INPUT` when it is malformed
 */
export function decodeState(json: Json): FleetState {
  const data = dataOf(json);
  if (data['stateVersion'] !== STATE_VERSION) {
    throw new FleetglassError(
      'UNSUPPORTED_VERSION',
      'The state was stored by another version; fold the log anew.',
    );
  }
  const table = <T extends object>(name: string, row: Guard<readonly [string, T]>): Table<T> =>
    createTable(demand(each(row), data[name], name));
  return {
    stateVersion: STATE_VERSION,
    ...demand(shape({ seq: count, time: amount, dropped: numbers }), data, 'position'),
    runs: table('runs', ROWS.runs),
    agents: table('agents', ROWS.agents),
    tasks: table('tasks', ROWS.tasks),
    spans: table('spans', ROWS.spans),
    messages: table('messages', ROWS.messages),
    budgets: table('budgets', ROWS.budgets),
    approvals: table('approvals', ROWS.approvals),
    alerts: table('alerts', ROWS.alerts),
  };
}
