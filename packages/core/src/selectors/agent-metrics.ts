import type { AgentState, FleetState } from '../projection/state.js';
import { createKeep } from './keep.js';
import { selectAgent } from './agents.js';

/** How far an agent can be trusted with work, by what became of its tasks. */
export type AgentTier = 'elite' | 'standard' | 'probation' | 'unrated';

/** What became of the tasks of an agent. */
export interface AgentMetrics {
  readonly completedTasks: number;
  readonly failedTasks: number;
  readonly runningTasks: number;
  /** Completed tasks among those that completed or failed, 0 to 1; absent before the first. */
  readonly successRate?: number;
  /** Running tasks for each that the agent may run at once; above 1 it is overloaded. */
  readonly load: number;
  readonly tier: AgentTier;
}

/** Where the tiers begin. */
export interface TierRules {
  /** Finished tasks below which an agent is `unrated`. @default 5 */
  readonly rated?: number;
  /** Success rate from which an agent is `elite`. @default 0.95 */
  readonly elite?: number;
  /** Success rate below which it is on `probation`. @default 0.7 */
  readonly probation?: number;
}

const keep = createKeep<AgentMetrics>();

function metricsOf(agents: readonly AgentState[], rules: TierRules): AgentMetrics {
  const { rated = 5, elite = 0.95, probation = 0.7 } = rules;
  let [completedTasks, failedTasks, runningTasks, places] = [0, 0, 0, 0];
  for (const agent of agents) {
    completedTasks += agent.completedTasks;
    failedTasks += agent.failedTasks;
    runningTasks += agent.runningTasks;
    places += agent.concurrency ?? 1;
  }
  const finished = completedTasks + failedTasks;
  const successRate = finished === 0 ? undefined : completedTasks / finished;
  let tier: AgentTier = 'standard';
  if (successRate === undefined || finished < rated) tier = 'unrated';
  else if (successRate >= elite) tier = 'elite';
  else if (successRate < probation) tier = 'probation';
  return {
    completedTasks,
    failedTasks,
    runningTasks,
    ...(successRate === undefined ? {} : { successRate }),
    load: places === 0 ? 0 : runningTasks / places,
    tier,
  };
}

/**
 * An agent's success, load and tier within one run.
 *
 * @returns `undefined` for an agent that is not there; the same object while nothing of it changes
 */
export function selectAgentMetrics(
  state: FleetState,
  runId: string,
  agentId: string,
  rules: TierRules = {},
): AgentMetrics | undefined {
  const agent = selectAgent(state, runId, agentId);
  return agent && keep(`run ${agent.key} ${keyOf(rules)}`, metricsOf([agent], rules));
}

/** The same for every agent of that id in all runs that the state holds; its places are those of the runs it is in. */
export function selectFleetAgentMetrics(
  state: FleetState,
  agentId: string,
  rules: TierRules = {},
): AgentMetrics | undefined {
  const agents = [...state.agents.values()].filter(({ id }) => id === agentId);
  if (agents.length === 0) return undefined;
  return keep(`fleet ${agentId} ${keyOf(rules)}`, metricsOf(agents, rules));
}

const keyOf = ({ rated = 5, elite = 0.95, probation = 0.7 }: TierRules): string =>
  `${rated} ${elite} ${probation}`;
