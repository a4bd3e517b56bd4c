import type { AgentKey } from '../projection/keys.js';
import type { AgentState, FleetState } from '../projection/state.js';
import type { AgentStatus } from '../protocol/events/agent.js';
import { createKeep, once } from './keep.js';
import { rowsOf } from './runs.js';
import type { SortOrder, SortValue } from './search-order.js';
import { sortRows } from './search-order.js';

/** A column by which agents can be ordered. */
export type AgentColumn =
  'name' | 'status' | 'tasks' | 'success' | 'load' | 'context' | 'tokens' | 'cost' | 'joined';

const STATUSES: readonly AgentStatus[] = ['active', 'waiting', 'failed', 'idle', 'completed', 'offline'];

const VALUES: { readonly [C in AgentColumn]: (agent: AgentState) => SortValue } = {
  name: ({ name }) => name.toLowerCase(),
  status: ({ status }) => STATUSES.indexOf(status),
  tasks: ({ completedTasks, failedTasks, runningTasks }) => completedTasks + failedTasks + runningTasks,
  success: ({ completedTasks, failedTasks }) =>
    completedTasks + failedTasks === 0 ? undefined : completedTasks / (completedTasks + failedTasks),
  load: ({ runningTasks, concurrency = 1 }) => (concurrency > 0 ? runningTasks / concurrency : undefined),
  context: ({ context }) => context && context.usedTokens / context.limitTokens,
  tokens: ({ totals: { usage } }) => usage.inputTokens + usage.outputTokens,
  cost: ({ totals: { cost } }) => (cost.unknownCalls > 0 && cost.nanoUsd === 0 ? undefined : cost.nanoUsd),
  joined: ({ joinedAt }) => joinedAt,
};

const keep = createKeep<readonly string[]>();
const reversed = once((keys: readonly string[]): readonly string[] => [...keys].reverse());

/**
 * Keys of a run's agents, or without a run of all agents, in an order; without one as they joined, in the fleet the
 * newest first. The same array while the order stays.
 */
export function selectAgentKeys(
  state: FleetState,
  runId: string | undefined,
  sort?: SortOrder<AgentColumn>,
): readonly AgentKey[] {
  if (runId === undefined && !sort) return reversed(state.agents.ids()) as readonly AgentKey[];
  const agents =
    runId === undefined
      ? [...state.agents.values()].reverse()
      : [...rowsOf(state.runs.get(runId)?.agents, state.agents)];
  const sorted = sort ? sortRows(agents, VALUES[sort.column], sort.direction) : agents;
  const name = JSON.stringify([runId, sort?.column, sort?.direction]);
  return keep(
    name,
    sorted.map(({ key }) => key),
  ) as readonly AgentKey[];
}
