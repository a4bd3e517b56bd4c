import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Json } from '../lib/json.js';
import type { Data, Fields } from './guard.js';
import { amount, count, dataOf, each, entries, number, take, text } from './guard.js';
import { itemKey } from './keys.js';
import type { List } from './list.js';
import { createList } from './list.js';
import { AGENT, newAgent } from './reduce-agent.js';
import { MESSAGE, newMessage } from './reduce-content.js';
import { ALERT, APPROVAL, BUDGET, newAlert, newApproval, newBudget } from './reduce-decision.js';
import { newRun, RUN } from './reduce-run.js';
import { newSpan, SPAN } from './reduce-span.js';
import { newTask, TASK } from './reduce-task.js';
import type { FleetState, RunState } from './state.js';
import { STATE_VERSION } from './state.js';
import type { Draft, Table } from './table.js';
import { createTable } from './table.js';

const LISTS = ['agents', 'tasks', 'spans', 'messages'] as const;

/** Rows without their keys, which their ids make. */
const rowsOf = <T extends { readonly key: string }>(table: Table<T>): Omit<T, 'key'>[] =>
  Array.from(table.values(), ({ key: _, ...row }) => row);

/** A run's lists hold keys; only the ids in them are stored. */
function storedRun(run: RunState): object {
  const ids = (keys: List<string>): string[] => keys.slice(0).map((key) => key.slice(run.id.length + 1));
  return { ...run, ...Object.fromEntries(LISTS.map((name) => [name, ids(run[name])])) };
}

/**
 * Plain form of a state, with its version, for storage and for viewers; made for `JSON.stringify`, which leaves out the
 * fields whose value is `undefined`. Rows are the state's own objects: do not change them.
 */
export function encodeState(state: FleetState): Json {
  return {
    stateVersion: state.stateVersion,
    seq: state.seq,
    time: state.time,
    dropped: state.dropped,
    runs: Array.from(state.runs.values(), storedRun),
    agents: rowsOf(state.agents),
    tasks: rowsOf(state.tasks),
    spans: rowsOf(state.spans),
    messages: rowsOf(state.messages),
    budgets: [...state.budgets.values()],
    approvals: [...state.approvals.values()],
    alerts: [...state.alerts.values()],
  } as unknown as Json;
}

/** Reads the rows of a table: a field without the documented shape keeps its default, a row without an id is left out. */
function readTable<T extends object, F>(
  value: unknown,
  idName: string,
  fields: Fields<F>,
  create: (runId: string | undefined, id: string, time: number, data: Data) => T & F,
  keyOf: (runId: string | undefined, id: string) => string = itemKey,
): Table<T> {
  const rows = each((item): [string, T] | undefined => {
    const data = dataOf(item);
    const id = text(data[idName]);
    if (id === undefined) return undefined;
    const runId = text(data['runId']);
    const row = create(runId, id, 0, data);
    take<F>(row, data, fields);
    return [keyOf(runId, id), row];
  });
  return createTable(rows(value) ?? []);
}

function readRun(id: string, data: Data): Draft<RunState> {
  const run: Draft<RunState> = newRun(id, 0);
  for (const name of LISTS) {
    run[name] = createList((each(text)(data[name]) ?? []).map((item) => itemKey(id, item) as never));
  }
  return run;
}

/**
 * Rebuilds a state from {@link encodeState}'s form. Each field is checked as the fold checks events: the form may come
 * from anywhere.
 *
 * @throws FleetglassError `UNSUPPORTED_VERSION` when another version wrote it
 */
export function decodeState(json: Json): FleetState {
  const data = dataOf(json);
  if (data['stateVersion'] !== STATE_VERSION) {
    throw new FleetglassError(
      'UNSUPPORTED_VERSION',
      'The state was stored by another version; fold the log anew.',
    );
  }
  return {
    stateVersion: STATE_VERSION,
    seq: count(data['seq']) ?? 0,
    time: amount(data['time']) ?? 0,
    dropped: entries(number)(data['dropped']) ?? {},
    runs: readTable<RunState, Omit<RunState, (typeof LISTS)[number]>>(
      data['runs'],
      'id',
      RUN,
      (_, id, _time, row) => readRun(id, row),
      (_, id) => id,
    ),
    agents: readTable(data['agents'], 'id', AGENT, newAgent),
    tasks: readTable(data['tasks'], 'id', TASK, newTask),
    spans: readTable(data['spans'], 'id', SPAN, newSpan),
    messages: readTable(data['messages'], 'id', MESSAGE, newMessage),
    budgets: readTable(data['budgets'], 'budgetId', BUDGET, (_, id, time) => newBudget(id, time)),
    approvals: readTable(data['approvals'], 'approvalId', APPROVAL, (_, id, time) => newApproval(id, time)),
    alerts: readTable(data['alerts'], 'alertId', ALERT, (_, id, time) => newAlert(id, time)),
  };
}
