import { agentKey } from '../projection/keys.js';
import type { AgentState, FleetState, SpanState } from '../projection/state.js';
import type { AgentStatus } from '../protocol/events/agent.js';
import { createKeep } from './keep.js';
import { countBy, rowsOf } from './runs.js';

const keepAgents = createKeep<readonly AgentState[]>();

/** Agents of a run in the order in which they joined. The same array while none of them changes. */
export function selectAgents(state: FleetState, runId: string): readonly AgentState[] {
  return keepAgents(runId, [...rowsOf(state.runs.get(runId)?.agents, state.agents)]);
}

const keepIds = createKeep<readonly string[]>();

/** Ids of a run's agents. The same array while none joins. */
export function selectAgentIds(state: FleetState, runId: string): readonly string[] {
  return keepIds(
    runId,
    selectAgents(state, runId).map((agent) => agent.id),
  );
}

/** An agent of a run; `undefined` when it is not held. Unchanged agents keep their identity. */
export const selectAgent = (state: FleetState, runId: string, agentId: string): AgentState | undefined =>
  state.agents.get(agentKey(runId, agentId));

const keepCounts = createKeep<{ readonly [S in AgentStatus]?: number }>();

/** Agents of a run by status; a status that no agent has is absent. */
export function selectAgentCounts(
  state: FleetState,
  runId: string,
): { readonly [S in AgentStatus]?: number } {
  return keepCounts(
    runId,
    countBy(selectAgents(state, runId), (agent) => agent.status),
  );
}

const keepSpans = createKeep<readonly SpanState[]>();

/** Spans of one agent in the order of their arrival. The same array while none of them changes. */
export function selectSpans(state: FleetState, runId: string, agentId: string): readonly SpanState[] {
  const spans = [...rowsOf(state.runs.get(runId)?.spans, state.spans)];
  return keepSpans(
    agentKey(runId, agentId),
    spans.filter((span) => span.agentId === agentId),
  );
}
