import type { AgentState, FleetState, SpanState } from '../projection/state.js';
import type { AgentStatus } from '../protocol/events/agent.js';
import { selectAgents } from './agents.js';
import { createKeep, once } from './keep.js';
import { packSpans } from './pack-spans.js';
import type { LaneSpan, PackedSpans } from './pack-spans.js';
import { rowsOf } from './runs.js';

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

/** Spans of one agent as they were last seen; compared one by one while they are gathered, which costs no copy. */
interface Group {
  members: SpanState[];
  packed: PackedSpans | undefined;
  count: number;
  lane?: Lane;
}

type Groups = Map<string | undefined, Group>;

const NONE: PackedSpans = { spans: [], rows: 1 };
/** Runs whose groups are remembered; whoever looks at more of them at once pays with time, not with memory. */
const MAX_GROUPED = 8;
const grouped = new Map<string, Groups>();

function groupsOf(key: string): Groups {
  const groups = grouped.get(key) ?? new Map<string | undefined, Group>();
  grouped.delete(key);
  grouped.set(key, groups);
  if (grouped.size > MAX_GROUPED) grouped.delete(grouped.keys().next().value as string);
  return groups;
}

function gather(groups: Groups, spans: Iterable<SpanState>): void {
  for (const group of groups.values()) group.count = 0;
  for (const span of spans) {
    let group = groups.get(span.agentId);
    if (!group) groups.set(span.agentId, (group = { members: [], packed: undefined, count: 0 }));
    if (group.members[group.count] !== span) {
      group.members[group.count] = span;
      group.packed = undefined;
    }
    group.count += 1;
  }
  for (const group of groups.values()) {
    if (group.members.length === group.count) continue;
    group.members.length = group.count;
    group.packed = undefined;
  }
}

/** The lane of an agent; the same one while neither the agent nor any of its spans changed. */
function laneOf(groups: Groups, agent: AgentState): Lane {
  let group = groups.get(agent.id);
  if (!group) groups.set(agent.id, (group = { members: [], packed: undefined, count: 0 }));
  const packed = (group.packed ??= group.count === 0 ? NONE : packSpans(group.members));
  const { lane } = group;
  if (lane?.agent === agent && lane.spans === packed.spans) return lane;
  return (group.lane = { agent, segments: segmentsOf(agent), ...packed });
}

const keepLanes = createKeep<readonly Lane[]>();

/**
 * Lanes of any agents and spans, for a host that has them from elsewhere: a lane for each agent in the given order,
 * parents that are missing or circular healed. Spans of agents that are not among them are left out.
 */
export function createLanes(agents: readonly AgentState[], spans: Iterable<SpanState>): readonly Lane[] {
  const groups: Groups = new Map();
  gather(groups, spans);
  return agents.map((agent) => laneOf(groups, agent));
}

/**
 * Timeline of a run: a lane for each agent in the order in which they joined, with its statuses over time and its spans
 * in rows, each below its parent. A span or segment without an end lasts until now. A lane keeps its identity while
 * nothing in it changes, and so does the whole.
 *
 * @param window only what touches it; rows stay those of the whole lane, so that nothing jumps while it moves
 */
export function selectLanes(state: FleetState, runId: string, window?: TimeWindow): readonly Lane[] {
  const groups = groupsOf(runId);
  gather(groups, rowsOf(state.runs.get(runId)?.spans, state.spans));
  const lanes = selectAgents(state, runId).map((agent) => laneOf(groups, agent));
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
