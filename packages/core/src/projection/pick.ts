import type { Filter } from '../protocol/filter.js';
import type { AgentState, FleetState, RunState, TaskState } from './state.js';
import type { Table } from './table.js';
import { createTable } from './table.js';

type Scope = Pick<Filter, 'runId' | 'threadId' | 'agentId' | 'taskId'>;

/**
 * The part of a state that a viewer with this filter would have folded: `pick(fold(all), f)` equals
 * `fold(filter(all, f))`, but for `seq` and `time`, which are the log's. It holds while every event of an entity
 * carries the same scope and no run has forgotten anything. Rows of other scopes go as a whole; a run's row, with its
 * totals, stays only where the filter selects the run's own events.
 *
 * `types` is not looked at: a state does not say which events made it. A viewer that filters by type gets the
 * state of everything else that the filter selects.
 */
export function pick(state: FleetState, filter: Filter): FleetState {
  const { runId, threadId, agentId, taskId } = filter;
  const wanted = Object.entries({ runId, threadId, agentId, taskId }).filter(([, id]) => id !== undefined);
  if (wanted.length === 0) return state;
  /** `self` is the name under which events carry the row's own id. */
  const select = <T extends Scope & { readonly id?: string }>(
    table: Table<T>,
    self?: keyof Scope,
  ): Table<T> =>
    createTable(
      table
        .ids()
        .map((key) => [key, table.get(key) as T] as const)
        .filter(([, row]) =>
          wanted.every(([name, id]) => (name === self ? row.id : row[name as keyof Scope]) === id),
        ),
    );
  return {
    ...state,
    runs: select(state.runs as Table<RunState & Scope>, 'runId'),
    agents: select(state.agents as Table<AgentState & Scope>, 'agentId'),
    tasks: select(state.tasks as Table<TaskState & Scope>, 'taskId'),
    spans: select(state.spans),
    messages: select(state.messages),
    budgets: select(state.budgets),
    approvals: select(state.approvals),
    alerts: select(state.alerts),
    dropped: {},
  };
}
