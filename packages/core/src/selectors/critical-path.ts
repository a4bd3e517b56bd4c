import type { AgentState, FleetState, RunState, SpanState, TaskState } from '../projection/state.js';
import { selectAgents } from './agents.js';
import { createKeep } from './keep.js';
import { endOf } from './pack-spans.js';
import { childrenOf, healParents } from './parents.js';
import { rowsOf } from './runs.js';

/** What determined when a run ended. */
export interface CriticalPath {
  readonly spanIds: ReadonlySet<string>;
  readonly taskIds: ReadonlySet<string>;
  /** Milliseconds in which the innermost pieces of the path ran: the rest of the run was waiting. */
  readonly activeMs: number;
}

/** What {@link findCriticalPath} looks at. */
export interface PathInput {
  readonly spans: readonly SpanState[];
  readonly tasks?: readonly TaskState[];
  /** Those with a parent are work inside of their parent's. */
  readonly agents?: readonly Pick<AgentState, 'id' | 'parentAgentId'>[];
  /** Edges that were taken, as `RunState.edges` names them. */
  readonly edges?: RunState['edges'];
  /** When what still runs is thought to end. */
  readonly end: number;
}

interface Piece {
  readonly id: string;
  readonly kind: 'span' | 'task' | 'agent';
  readonly node?: string | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly key: string;
  readonly parentKey: string | undefined;
}

/** Clocks of two agents may differ by so much, in milliseconds, and work still counts as one after the other. */
const TOLERANCE_MS = 2;

const keyOf = (kind: Piece['kind'], id: string): string => `${kind} ${id}`;

function piecesOf({ spans, tasks = [], agents = [], end }: PathInput): readonly Piece[] {
  const known = new Set(spans.map((span) => span.id));
  const started = startedAgents(spans, agents);
  return [
    ...tasks.map((task): Piece => {
      const startedAt = task.startedAt ?? task.createdAt;
      return {
        id: task.id,
        kind: 'task',
        node: task.node,
        startedAt,
        endedAt: Math.max(startedAt, task.endedAt ?? end),
        key: keyOf('task', task.id),
        parentKey: task.parentTaskId === undefined ? undefined : keyOf('task', task.parentTaskId),
      };
    }),
    ...spans.map((span): Piece => {
      const { id, parentSpanId, taskId, startedAt } = span;
      const inSpan = parentSpanId !== undefined && known.has(parentSpanId);
      return {
        id,
        kind: 'span',
        startedAt,
        endedAt: Math.max(startedAt, Math.min(endOf(span), Math.max(end, span.endedAt ?? end))),
        key: keyOf('span', id),
        parentKey: inSpan
          ? keyOf('span', parentSpanId)
          : taskId !== undefined
            ? keyOf('task', taskId)
            : span.agentId !== undefined && started.has(span.agentId)
              ? keyOf('agent', span.agentId)
              : undefined,
      };
    }),
    ...started.values(),
  ];
}

/** Agents that others started, each in the span of its parent that ran when it began. */
function startedAgents(
  spans: readonly SpanState[],
  agents: NonNullable<PathInput['agents']>,
): ReadonlyMap<string, Piece> {
  const parents = new Map<string, string>();
  for (const { id, parentAgentId } of agents) if (parentAgentId !== undefined) parents.set(id, parentAgentId);
  if (parents.size === 0) return new Map();
  const byAgent = new Map<string | undefined, SpanState[]>();
  for (const span of spans) {
    const known = byAgent.get(span.agentId);
    if (known) known.push(span);
    else byAgent.set(span.agentId, [span]);
  }
  const pieces = new Map<string, Piece>();
  for (const [id, parentId] of parents) {
    const startedAt = Math.min(...(byAgent.get(id) ?? []).slice(0, 1).map((span) => span.startedAt));
    let caller: SpanState | undefined;
    for (const span of byAgent.get(parentId) ?? []) {
      const runs = span.startedAt <= startedAt && endOf(span) >= startedAt;
      if (runs && (!caller || span.startedAt >= caller.startedAt)) caller = span;
    }
    const above = parents.has(parentId) ? keyOf('agent', parentId) : undefined;
    // Its extent is that of its spans: of itself it takes no time.
    pieces.set(id, {
      id,
      kind: 'agent',
      startedAt: Number.POSITIVE_INFINITY,
      endedAt: Number.NEGATIVE_INFINITY,
      key: keyOf('agent', id),
      parentKey: caller ? keyOf('span', caller.id) : above,
    });
  }
  return pieces;
}

/**
 * The chain of work that determined the end: had any of it been shorter, the run could have ended sooner.
 *
 * Tasks, spans and sub-agents form one tree: a span lies in its parent span, otherwise in its task, otherwise in its
 * agent; a task in its parent task; a sub-agent in the span of its parent that ran when it began, otherwise in its
 * parent; all else in the run. From the end the path is walked back in time. At a moment it goes into the child that ended last
 * before it (a child that outlived the moment counts as ending at it), follows that child down in the same way, and goes on
 * from the child's start: what ended last before that is what the child had waited for. Among tasks whose node other
 * nodes lead to by taken edges, only tasks of those nodes count as waited for; without an edge, the times decide. Each
 * level is sorted once by its ends and looked at once, so that the whole takes n log n.
 */
export function findCriticalPath(input: PathInput): CriticalPath {
  const pieces = piecesOf(input);
  const parents = healParents(
    pieces,
    (piece) => piece.key,
    (piece) => piece.parentKey,
  );
  const children = childrenOf(parents);
  const extents = extentsOf(pieces, parents, children);
  const before = nodesBefore(input.edges);
  const spanIds = new Set<string>();
  const taskIds = new Set<string>();
  let activeMs = 0;

  /** Walks still to be made, each with the moment from which it goes back; a chain may be deeper than the stack. */
  const open: { readonly at: number; readonly until: number }[] = [
    { at: -1, until: Number.POSITIVE_INFINITY },
  ];
  for (let walk = open.pop(); walk; walk = open.pop()) {
    const piece = pieces[walk.at];
    if (piece?.kind === 'span') spanIds.add(piece.id);
    if (piece?.kind === 'task') taskIds.add(piece.id);
    const below = children.get(walk.at);
    if (!below) {
      if (piece) activeMs += Math.max(0, Math.min(walk.until, piece.endedAt) - piece.startedAt);
      continue;
    }
    for (const step of chainOf(below, walk.until, { pieces, ...extents, before })) open.push(step);
  }
  return { spanIds, taskIds, activeMs };
}

interface Level {
  readonly pieces: readonly Piece[];
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Children of one parent that lie on the path, the last first. */
function chainOf(
  children: readonly number[],
  until: number,
  { pieces, starts, ends, before }: Level,
): { readonly at: number; readonly until: number }[] {
  const sorted = [...children].sort((a, b) => (ends[b] as number) - (ends[a] as number));
  const byNode = new Map<string | undefined, number[]>();
  for (const at of sorted) {
    const node = pieces[at]?.node;
    const same = byNode.get(node);
    if (same) same.push(at);
    else byNode.set(node, [at]);
  }
  const next = new Map<readonly number[], number>();
  const taken = new Set<number>();
  /** The one of a list, sorted by end, that ended last before a moment. Moments descend: nothing is looked at twice. */
  const lastBefore = (list: readonly number[], moment: number, clipped: boolean): number | undefined => {
    let place = next.get(list) ?? 0;
    for (; place < list.length; place += 1) {
      const at = list[place] as number;
      const started = starts[at] as number;
      const ended = clipped || (ends[at] as number) <= moment + TOLERANCE_MS;
      if (ended && started <= moment && !taken.has(at)) break;
    }
    next.set(list, place);
    return list[place];
  };
  const waitedFor = (node: string | undefined, moment: number): number | undefined => {
    let latest: number | undefined;
    for (const name of (node === undefined ? undefined : before.get(node)) ?? []) {
      const list = byNode.get(name);
      const at = list && lastBefore(list, moment, false);
      if (at === undefined) continue;
      if (latest === undefined || (ends[at] as number) > (ends[latest] as number)) latest = at;
    }
    return latest;
  };

  const chain: { at: number; until: number }[] = [];
  let moment = until;
  let at = lastBefore(sorted, moment, true);
  while (at !== undefined) {
    taken.add(at);
    chain.push({ at, until: Math.min(moment, ends[at] as number) });
    moment = starts[at] as number;
    at = waitedFor(pieces[at]?.node, moment) ?? lastBefore(sorted, moment, false);
  }
  return chain;
}

/** From when to when each piece and all below it ran. */
function extentsOf(
  pieces: readonly Piece[],
  parents: Int32Array,
  children: ReadonlyMap<number, readonly number[]>,
): Pick<Level, 'starts' | 'ends'> {
  const starts = Float64Array.from(pieces, (piece) => piece.startedAt);
  const ends = Float64Array.from(pieces, (piece) => piece.endedAt);
  const order = [...(children.get(-1) ?? [])];
  for (let next = 0; next < order.length; next += 1) {
    for (const child of children.get(order[next] as number) ?? []) order.push(child);
  }
  for (const at of order.reverse()) {
    const parent = parents[at] as number;
    if (parent < 0) continue;
    starts[parent] = Math.min(starts[parent] as number, starts[at] as number);
    ends[parent] = Math.max(ends[parent] as number, ends[at] as number);
  }
  return { starts, ends };
}

/** Nodes from which an edge into each node was taken. */
function nodesBefore(edges: RunState['edges'] = {}): ReadonlyMap<string, ReadonlySet<string>> {
  const before = new Map<string, Set<string>>();
  for (const edge of Object.keys(edges)) {
    const [from, to] = edge.split('→');
    if (from === undefined || to === undefined) continue;
    const known = before.get(to) ?? new Set();
    before.set(to, known.add(from));
  }
  return before;
}

const keepInput = createKeep<{ spans: readonly SpanState[]; edges: RunState['edges']; over: boolean }>();
const keepSpans = createKeep<readonly SpanState[]>();
const paths = new WeakMap<object, CriticalPath>();

/**
 * {@link findCriticalPath} of a run as it stands. What still runs ends at the newest event, so the path of a live run is
 * the one so far. The same object while no span changed.
 */
export function selectCriticalPath(state: FleetState, runId: string): CriticalPath | undefined {
  const run = state.runs.get(runId);
  if (!run) return undefined;
  const { edges, endedAt, lastEventAt } = run;
  const spans = keepSpans(runId, [...rowsOf(run.spans, state.spans)]);
  const input = keepInput(runId, { spans, edges, over: endedAt !== undefined });
  let path = paths.get(input);
  if (!path) {
    const tasks = [...rowsOf(run.tasks, state.tasks)];
    const agents = selectAgents(state, runId);
    path = findCriticalPath({ spans, tasks, agents, edges, end: endedAt ?? lastEventAt });
    paths.set(input, path);
  }
  return path;
}
