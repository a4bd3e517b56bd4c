import type { FleetState, RunState } from '../projection/state.js';
import type { AgentStatus } from '../protocol/events/agent.js';
import { selectAgentCounts } from './agents.js';
import { selectBudgetKeys } from './budgets.js';
import { createKeep } from './keep.js';

/** The figures of a run in one flat object; what depends on the present (elapsed, burn) is computed from them. */
export interface RunMetrics extends Pick<
  RunState,
  'name' | 'status' | 'totals' | 'taskCounts' | 'reservedNanoUsd' | 'spend' | 'createdAt'
> {
  readonly runId: string;
  readonly reason: string | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly agentCounts: { readonly [S in AgentStatus]?: number };
  /** Keys for `selectBudget`. */
  readonly budgets: readonly string[];
}

const keep = createKeep<RunMetrics>();

/** The same object while none of its figures changes. */
export function selectRunMetrics(state: FleetState, runId: string): RunMetrics | undefined {
  const run = state.runs.get(runId);
  if (!run) return undefined;
  const { name, status, reason, totals, taskCounts, reservedNanoUsd, spend } = run;
  const { createdAt, startedAt, endedAt } = run;
  return keep(runId, {
    runId,
    name,
    status,
    reason,
    createdAt,
    startedAt,
    endedAt,
    totals,
    taskCounts,
    reservedNanoUsd,
    spend,
    agentCounts: selectAgentCounts(state, runId),
    budgets: selectBudgetKeys(state, runId),
  });
}
