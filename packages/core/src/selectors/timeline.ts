import type { AgentState, FleetState, SpanState } from '../projection/state.js';
import { taskKey } from '../projection/keys.js';
import type { AgentStatus } from '../protocol/events/agent.js';
import { selectAgents } from './agents.js';
import { createKeep, once } from './keep.js';
import { rowsOf } from './runs.js';

/** A stretch of time in which an agent had one status. */
export interface LaneSegment {
  readonly status: AgentStatus;
  readonly activity?: string;
  readonly from: number;
  /** Absent while it lasts. */
  readonly to?: number;
}

/** A span in its place on a lane. */
export interface LaneSpan {
  readonly span: SpanState;
  /** Row in which it overlaps no other one; 0 is the first. */
  readonly row: number;
  readonly taskName?: string;
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

type Named = Omit<LaneSpan, 'row'>;
type Packed = Pick<Lane, 'spans' | 'rows'>;

/** Gives each span the first row that is free at its start. */
function pack(named: readonly Named[]): Packed {
  const freeAt: number[] = [];
  const spans = [...named]
    .sort((a, b) => a.span.startedAt - b.span.startedAt)
    .map((each): LaneSpan => {
      const { startedAt, endedAt = Infinity } = each.span;
      const free = freeAt.findIndex((time) => time <= startedAt);
      const row = free < 0 ? freeAt.length : free;
      freeAt[row] = endedAt;
      return { ...each, row };
    });
  return { spans, rows: Math.max(1, freeAt.length) };
}

const known = new WeakMap<SpanState, Named>();

function withTaskName(span: SpanState, taskName: string | undefined): Named {
  const last = known.get(span);
  if (last && last.taskName === taskName) return last;
  const named = taskName === undefined ? { span } : { span, taskName };
  known.set(span, named);
  return named;
}

const keepNamed = createKeep<readonly Named[]>();
const packed = once(pack);
const keepLane = createKeep<Lane>();
const keepLanes = createKeep<readonly Lane[]>();

/**
 * Timeline of a run: a lane for each agent in the order in which they joined, with its statuses over time and its spans
 * in rows without overlap. A span or segment without an end lasts until now. A lane keeps its identity while nothing
 * in it changes, and so does the whole.
 *
 * @param window only what touches it; rows stay those of the whole lane, so that nothing jumps while it moves
 */
export function selectLanes(state: FleetState, runId: string, window?: TimeWindow): readonly Lane[] {
  const byAgent = new Map<string | undefined, Named[]>();
  for (const span of rowsOf(state.runs.get(runId)?.spans, state.spans)) {
    const task = span.taskId === undefined ? undefined : state.tasks.get(taskKey(runId, span.taskId));
    const named = withTaskName(span, task?.name);
    const lane = byAgent.get(span.agentId);
    if (lane) lane.push(named);
    else byAgent.set(span.agentId, [named]);
  }
  const lanes = selectAgents(state, runId).map((agent) => {
    const spans = packed(keepNamed(agent.key, byAgent.get(agent.id) ?? []));
    return keepLane(agent.key, { agent, segments: segmentsOf(agent), ...spans });
  });
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
