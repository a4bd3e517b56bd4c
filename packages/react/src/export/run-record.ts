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
} from '@fleetglass/core/client';

/** All that the state holds of one run. */
export interface RunRecord {
  readonly run: RunState;
  readonly agents: readonly AgentState[];
  readonly tasks: readonly TaskState[];
  readonly spans: readonly SpanState[];
  readonly messages: readonly MessageState[];
  readonly budgets: readonly BudgetState[];
  readonly approvals: readonly ApprovalState[];
  readonly alerts: readonly AlertState[];
}

/** @returns `undefined` for a run that is not held */
export function recordOf(state: FleetState, runId: string): RunRecord | undefined {
  const run = state.runs.get(runId);
  if (!run) return undefined;
  const rows = <T>(
    keys: { values(): IterableIterator<string> },
    table: { get(key: string): T | undefined },
  ): readonly T[] =>
    [...keys.values()].flatMap((key) => {
      const row = table.get(key);
      return row === undefined ? [] : [row];
    });
  const ofRun = <T extends { readonly runId?: string }>(table: {
    values(): IterableIterator<T>;
  }): readonly T[] => [...table.values()].filter((item) => item.runId === runId);
  return {
    run,
    agents: rows(run.agents, state.agents),
    tasks: rows(run.tasks, state.tasks),
    spans: rows(run.spans, state.spans),
    messages: rows(run.messages, state.messages),
    budgets: ofRun(state.budgets),
    approvals: ofRun(state.approvals),
    alerts: ofRun(state.alerts),
  };
}
