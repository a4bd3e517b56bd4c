import { newAgent } from '../projection/reduce-agent.js';
import type { AgentState, FleetState, SpanState } from '../projection/state.js';
import type { AgentStatus } from '../protocol/events/agent.js';
import { selectAgents } from './agents.js';
import { createKeep, once } from './keep.js';
import { followSpans, gatherSpans, packed, setMembers } from './lane-groups.js';
import type { RunGroups, SpanGroup, SpanGroups } from './lane-groups.js';
import type { LaneSpan, PackedSpans } from './pack-spans.js';

/** A stretch of time in which an agent had one status. */
export interface LaneSegment {
  readonly status: AgentStatus;
  readonly activity?: string;
  readonly from: number;
  /** Absent while it lasts. */
  readonly to?: number;
}

/** What a timeline shows of one agent. */
export interface Lane {
  readonly agent: AgentState;
  readonly segments: readonly LaneSegment[];
  /** By start. */
  readonly spans: readonly LaneSpan[];
  /** Rows that the spans need, at least 1. */
  readonly rows: number;
}

/** Part of time in milliseconds since the epoch. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

const segmentsOf = once((agent: AgentState): readonly LaneSegment[] =>
  agent.transitions.map(({ time, ...rest }, i, all) => {
    const next = all[i + 1];
    return next ? { ...rest, from: time, to: next.time } : { ...rest, from: time };
  }),
);

/** Id of the lane that holds the spans of no known agent: they name none, or one that never joined. */
export const NO_AGENT = '(none)';

const NO_SPANS: PackedSpans = { spans: [], rows: 1 };
/** Runs whose lanes are remembered; whoever looks at more of them at once pays with time, not with memory. */
const MAX_FOLLOWED = 8;

interface Followed extends RunGroups {
  readonly lanes: Map<string, Lane>;
  /** Spans of no known agent, and who stands for it. */
  readonly loose: SpanGroup;
  readonly nobody: AgentState;
}

const followed = new Map<string, Followed>();

function followedOf(runId: string): Followed {
  const known = followed.get(runId) ?? {
    groups: new Map(),
    lanes: new Map(),
    loose: { members: [], count: 0 },
    nobody: newAgent(runId, NO_AGENT, 0),
  };
  followed.delete(runId);
  followed.set(runId, known);
  if (followed.size > MAX_FOLLOWED) followed.delete(followed.keys().next().value as string);
  return known;
}

/** The lane of an agent; the same one while neither the agent nor any of its spans changed. */
function laneOf(lanes: Map<string, Lane>, agent: AgentState, group: SpanGroup | undefined): Lane {
  const { spans, rows } = group && group.members.length > 0 ? packed(group) : NO_SPANS;
  const last = lanes.get(agent.id);
  if (last?.agent === agent && last.spans === spans) return last;
  const lane = { agent, segments: segmentsOf(agent), spans, rows };
  lanes.set(agent.id, lane);
  return lane;
}

/** The lane of spans that belong to none of the agents, if there are any. */
function looseLanes(
  { groups, lanes, loose, nobody }: Followed,
  agents: readonly AgentState[],
): readonly Lane[] {
  const known = new Set(agents.map(({ id }) => id));
  const others = [...groups].flatMap(([id, { members }]) =>
    id !== undefined && known.has(id) ? [] : members,
  );
  setMembers(loose, others);
  return others.length > 0 ? [laneOf(lanes, nobody, loose)] : [];
}

const keepLanes = createKeep<readonly Lane[]>();

/**
 * Lanes of any agents and spans, for a host that has them from elsewhere: a lane for each agent in the given order,
 * parents that are missing or circular healed. Spans of agents that are not among them are left out.
 */
export function createLanes(agents: readonly AgentState[], spans: Iterable<SpanState>): readonly Lane[] {
  const groups: SpanGroups = new Map();
  gatherSpans(groups, spans);
  const lanes = new Map<string, Lane>();
  return agents.map((agent) => laneOf(lanes, agent, groups.get(agent.id)));
}

/**
 * Timeline of a run: a lane for each agent in the order in which they joined, with its statuses over time and its spans
 * in rows, each below its parent. A span or segment without an end lasts until now. A lane keeps its identity while
 * nothing in it changes, and so does the whole. Spans of no known agent are on the last one, {@link NO_AGENT}.
 *
 * @param window only what touches it; rows stay those of the whole lane, so that nothing jumps while it moves
 */
export function selectLanes(state: FleetState, runId: string, window?: TimeWindow): readonly Lane[] {
  const known = followedOf(runId);
  followSpans(known, state, runId);
  const agents = selectAgents(state, runId);
  const own = agents.map((agent) => laneOf(known.lanes, agent, known.groups.get(agent.id)));
  const lanes = [...own, ...looseLanes(known, agents)];
  return window ? lanes.map((lane) => cut(lane, window)) : keepLanes(runId, lanes);
}

function cut({ segments, spans, ...lane }: Lane, { from, to }: TimeWindow): Lane {
  const touches = (start: number, end = Infinity): boolean => start < to && end > from;
  return {
    ...lane,
    segments: segments.filter((segment) => touches(segment.from, segment.to)),
    spans: spans.filter(({ span }) => touches(span.startedAt, span.endedAt)),
  };
}
