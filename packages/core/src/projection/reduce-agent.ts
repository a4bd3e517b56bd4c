import type { FleetEvent } from '../protocol/event.js';
import type { AgentStatus } from '../protocol/events/agent.js';
import { note } from './feed.js';
import type { Fold, Handlers } from './fold.js';
import { own, setHome } from './fold.js';
import { amount, oneOf, put, text } from './guard.js';
import { agentKey } from './keys.js';
import { append } from './list.js';
import type { AgentState, AgentTransition } from './state.js';
import type { Draft, Held } from './table.js';
import { ZERO_TOTALS } from './totals.js';

/** Most changes of status that an agent keeps. */
export const MAX_TRANSITIONS = 500;

export const agentStatus = oneOf(['idle', 'active', 'waiting', 'completed', 'failed', 'offline']);

/** The agent's row; any event of the `agent` family makes it. */
function agentOf(fold: Fold, event: FleetEvent): Held<AgentState> | undefined {
  const { runId, agentId, time } = event;
  if (fold.agent || agentId === undefined) return fold.agent;
  const key = agentKey(runId, agentId);
  const agent: Draft<AgentState> = {
    key,
    id: agentId,
    name: agentId,
    status: 'idle',
    statusSince: time,
    joinedAt: time,
    lastEventAt: time,
    transitions: [{ time, status: 'idle' }],
    totals: ZERO_TOTALS,
    runningTasks: 0,
    completedTasks: 0,
    failedTasks: 0,
  };
  setHome(agent, event);
  const { run } = fold;
  if (run) run.value.agents = append(run.value.agents, key);
  return (fold.agent = fold.agents.add(key, agent));
}

function change(
  held: Held<AgentState>,
  status: AgentStatus,
  time: number,
  activity: string | undefined,
): void {
  const agent = held.value;
  if (status === agent.status && activity === agent.activity) return;
  if (status !== agent.status) agent.statusSince = time;
  agent.status = status;
  delete agent.activity;
  put(agent, 'activity', activity);
  const transition: Draft<AgentTransition> = { time, status };
  put(transition, 'activity', activity);
  const transitions = own(held, 'transitions');
  transitions.push(transition);
  if (transitions.length > MAX_TRANSITIONS) transitions.shift();
}

/** Statuses that a person wants to read about; `idle` and `active` alternate too often. */
const NOTED: ReadonlySet<AgentStatus> = new Set<AgentStatus>(['waiting', 'completed', 'failed', 'offline']);

export const agentHandlers: Handlers<'agent'> = {
  'agent.joined': (fold, event, data) => {
    const agent = agentOf(fold, event)?.value;
    if (!agent) return;
    put(agent, 'name', text(data['name']));
    put(agent, 'role', text(data['role']));
    put(agent, 'model', text(data['model']));
    put(agent, 'parentAgentId', text(data['parentAgentId']));
    put(agent, 'concurrency', amount(data['concurrency']));
    note(fold, event, { subject: agent.name, detail: agent.role });
  },
  'agent.status': (fold, event, data) => {
    const agent = agentOf(fold, event);
    const status = agentStatus(data['status']);
    if (!agent || !status) return;
    const changes = status !== agent.value.status;
    const activity = text(data['activity']);
    change(agent, status, event.time, activity);
    if (!changes || !NOTED.has(status)) return;
    const facts = { subject: agent.value.name, detail: activity };
    note(fold, event, status === 'failed' ? { ...facts, severity: 'error' } : facts);
  },
  'agent.heartbeat': (fold, event, data) => {
    const agent = agentOf(fold, event);
    const activity = text(data['activity']);
    if (agent && activity !== undefined) agent.value.activity = activity;
  },
  'agent.left': (fold, event, data) => {
    const agent = agentOf(fold, event);
    if (!agent) return;
    const { status, name } = agent.value;
    // An outcome says more than the absence that follows it.
    const ended = status === 'completed' || status === 'failed';
    change(agent, ended ? status : 'offline', event.time, undefined);
    note(fold, event, { subject: name, detail: text(data['message']) });
  },
};
