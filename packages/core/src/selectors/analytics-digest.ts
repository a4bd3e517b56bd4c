import { isFinal } from '../model/status.js';
import type { AgentState, FleetState, RunState, SpanState, TaskState } from '../projection/state.js';
import { addSpan, addTally, beyond, newTally, tallyOf } from './analytics-tally.js';
import type { Tally } from './analytics-tally.js';
import { rowsOf } from './runs.js';
import type { ZoneOffset } from './zone-offset.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** By what amounts are split. */
export const DIMENSIONS = ['agent', 'role', 'model', 'type', 'task'] as const;
/** What costs are broken down by. */
export type Dimension = (typeof DIMENSIONS)[number];

/** Upper ends of the classes of durations in milliseconds; the last class has none. */
export const DURATION_LIMITS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600].map((s) => s * 1_000);

/** Most costly tasks that a day of a run remembers. */
const TOP = 10;

/** A task among the most costly. */
export interface TaskCost {
  readonly runId: string;
  readonly taskId: string;
  readonly name: string;
  readonly totals: TaskState['totals'];
}

/** How many ended well and how many did not. */
export interface Outcomes {
  completed: number;
  failed: number;
  /** Cancelled, stopped or skipped. */
  other: number;
}

export interface ToolTally {
  calls: number;
  errors: number;
  /** Sum over the calls that have ended. */
  totalMs: number;
  ended: number;
}

/** What happened in one run on one day of the zone. */
export interface DayDigest {
  readonly total: Tally;
  readonly by: { readonly [D in Dimension]: Map<string, Tally> };
  /** Model calls and nano-dollars by the hour at which the calls began. */
  readonly calls: number[];
  readonly spent: number[];
  readonly taskDurations: number[];
  readonly runDurations: number[];
  readonly outcomes: Map<string, Outcomes>;
  readonly tools: Map<string, ToolTally>;
  /** Agents that joined, by role. */
  readonly joined: Map<string, number>;
  readonly runs: Outcomes & { started: number };
  topTasks: TaskCost[];
}

export type Digest = ReadonlyMap<number, DayDigest>;

const zeros = (length: number): number[] => Array.from({ length }, () => 0);

const newDay = (): DayDigest => ({
  total: newTally(),
  by: { agent: new Map(), role: new Map(), model: new Map(), type: new Map(), task: new Map() },
  calls: zeros(24),
  spent: zeros(24),
  taskDurations: zeros(DURATION_LIMITS.length + 1),
  runDurations: zeros(DURATION_LIMITS.length + 1),
  outcomes: new Map(),
  tools: new Map(),
  joined: new Map(),
  runs: { started: 0, completed: 0, failed: 0, other: 0 },
  topTasks: [],
});

/** Day of the zone, counted from the epoch. */
export const dayOf = (time: number, offsetAt: ZoneOffset): number =>
  Math.floor((time + offsetAt(time)) / DAY);

/** Where a duration belongs among {@link DURATION_LIMITS}; one that time jumps made negative counts as none. */
function durationClass(ms: number): number {
  const at = DURATION_LIMITS.findIndex((limit) => ms < limit);
  return at < 0 ? DURATION_LIMITS.length : at;
}

function countOutcome(outcomes: Outcomes, status: TaskState['status']): void {
  if (status === 'completed') outcomes.completed += 1;
  else if (status === 'failed') outcomes.failed += 1;
  else outcomes.other += 1;
}

const digests = new WeakMap<ZoneOffset, WeakMap<RunState, Digest>>();

/**
 * A run by days. A call counts on the day on which it ended, a task and a run where they ended. Every event of a run
 * gives it a new identity, so that a run that is over is looked at once for each zone.
 */
export function digestOf(state: FleetState, run: RunState, offsetAt: ZoneOffset): Digest {
  let known = digests.get(offsetAt);
  if (!known) digests.set(offsetAt, (known = new WeakMap()));
  let digest = known.get(run);
  if (!digest) known.set(run, (digest = digestRun(state, run, offsetAt)));
  return digest;
}

function digestRun(state: FleetState, run: RunState, offsetAt: ZoneOffset): Digest {
  const days = new Map<number, DayDigest>();
  const dayAt = (time: number): DayDigest => {
    const number = dayOf(time, offsetAt);
    let day = days.get(number);
    if (!day) days.set(number, (day = newDay()));
    return day;
  };
  const agents = new Map<string, AgentState>();
  for (const agent of rowsOf(run.agents, state.agents)) agents.set(agent.id, agent);
  const tasks = new Map<string, TaskState>();
  for (const task of rowsOf(run.tasks, state.tasks)) tasks.set(task.id, task);

  const held = newTally();
  // Calls are first added up by all that they have in common, and only then to each of the sums.
  const cells = new Map<DayDigest, Map<string, Cell[]>>();
  for (const span of rowsOf(run.spans, state.spans)) {
    const day = dayAt(span.endedAt ?? span.startedAt);
    addSpan(cellOf(cells, day, span), span);
    if (span.kind === 'model') countCall(dayAt(span.startedAt), span, offsetAt);
    else if (span.kind === 'tool' || span.kind === 'mcp') countTool(day, span);
  }
  for (const [day, byTask] of cells) {
    for (const cell of [...byTask.values()].flat()) {
      const { tally, like } = cell;
      addTally(held, tally);
      addTally(day.total, tally);
      const agent = agents.get(like.agentId ?? '');
      const task = tasks.get(like.taskId ?? '');
      for (const dimension of DIMENSIONS) {
        addTally(tallyOf(day.by[dimension], nameOf(dimension, like, agent, task)), tally);
      }
    }
  }
  addForgotten(dayAt(run.startedAt ?? run.createdAt), run, held);
  for (const task of tasks.values()) countTask(dayAt(task.endedAt ?? task.statusSince), task);
  for (const agent of agents.values()) {
    const { joined } = dayAt(agent.joinedAt);
    joined.set(agent.role ?? '', (joined.get(agent.role ?? '') ?? 0) + 1);
  }
  dayAt(run.startedAt ?? run.createdAt).runs.started += 1;
  if (isFinal(run.status) && run.endedAt !== undefined) {
    const day = dayAt(run.endedAt);
    countOutcome(day.runs, run.status);
    const at = durationClass(run.endedAt - (run.startedAt ?? run.createdAt));
    day.runDurations[at] = (day.runDurations[at] ?? 0) + 1;
  }
  return days;
}

/** Calls of one agent, task and model on one day. */
interface Cell {
  readonly like: SpanState;
  readonly model: string;
  readonly tally: Tally;
}

function cellOf(cells: Map<DayDigest, Map<string, Cell[]>>, day: DayDigest, span: SpanState): Tally {
  let byTask = cells.get(day);
  if (!byTask) cells.set(day, (byTask = new Map<string, Cell[]>()));
  const taskId = span.taskId ?? '';
  let ofTask = byTask.get(taskId);
  if (!ofTask) byTask.set(taskId, (ofTask = []));
  const model = modelOf(span);
  for (const cell of ofTask)
    if (cell.model === model && cell.like.agentId === span.agentId) return cell.tally;
  const tally = newTally();
  ofTask.push({ like: span, model, tally });
  return tally;
}

const modelOf = ({ model, kind, name }: SpanState): string => model ?? (kind === 'model' ? name : '');

/** The name under which an amount stands; empty where none was given. */
function nameOf(
  dimension: Dimension,
  span: SpanState,
  agent: AgentState | undefined,
  task: TaskState | undefined,
): string {
  switch (dimension) {
    case 'agent':
      return agent?.name ?? span.agentId ?? '';
    case 'role':
      return agent?.role ?? task?.role ?? '';
    case 'model':
      return modelOf(span);
    case 'type':
      return task?.type ?? '';
    case 'task':
      return task?.node ?? task?.name ?? '';
  }
}

function countCall(day: DayDigest, span: SpanState, offsetAt: ZoneOffset): void {
  const local = span.startedAt + offsetAt(span.startedAt);
  const hour = ((Math.floor(local / HOUR) % 24) + 24) % 24;
  day.calls[hour] = (day.calls[hour] ?? 0) + 1;
  day.spent[hour] = (day.spent[hour] ?? 0) + span.cost.nanoUsd;
}

function countTool(day: DayDigest, span: SpanState): void {
  let tool = day.tools.get(span.name);
  if (!tool) day.tools.set(span.name, (tool = { calls: 0, errors: 0, totalMs: 0, ended: 0 }));
  tool.calls += 1;
  if (span.status === 'error') tool.errors += 1;
  if (span.endedAt === undefined) return;
  tool.ended += 1;
  tool.totalMs += Math.max(0, span.endedAt - span.startedAt);
}

/** What is in the run's totals and in no span that is held belongs to its beginning: the oldest are forgotten first. */
function addForgotten(day: DayDigest, run: RunState, held: Tally): void {
  const rest = beyond(run.totals, held);
  if (!rest) return;
  addTally(day.total, rest);
  for (const dimension of DIMENSIONS) addTally(tallyOf(day.by[dimension], ''), rest);
}

function countTask(day: DayDigest, task: TaskState): void {
  const { cost } = task.totals;
  const { topTasks } = day;
  if (cost.nanoUsd > (topTasks.length < TOP ? 0 : (topTasks.at(-1)?.totals.cost.nanoUsd ?? 0))) {
    const entry = { runId: task.runId ?? '', taskId: task.id, name: task.name, totals: task.totals };
    day.topTasks = [...topTasks, entry].sort(byCost).slice(0, TOP);
  }
  if (!isFinal(task.status)) return;
  const type = task.type ?? '';
  let outcomes = day.outcomes.get(type);
  if (!outcomes) day.outcomes.set(type, (outcomes = { completed: 0, failed: 0, other: 0 }));
  countOutcome(outcomes, task.status);
  if (task.endedAt === undefined || task.startedAt === undefined) return;
  const at = durationClass(task.endedAt - task.startedAt);
  day.taskDurations[at] = (day.taskDurations[at] ?? 0) + 1;
}

export const byCost = (a: TaskCost, b: TaskCost): number => b.totals.cost.nanoUsd - a.totals.cost.nanoUsd;
