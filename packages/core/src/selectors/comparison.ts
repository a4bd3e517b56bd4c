import type { CostTotals } from '../model/cost.js';
import { ZERO_COST } from '../model/cost.js';
import { isFinal } from '../model/status.js';
import type { WorkStatus } from '../model/status.js';
import { taskKey } from '../projection/keys.js';
import type { AgentState, FleetState, RunState, SpanState, TaskState } from '../projection/state.js';
import type { SpanStatus } from '../protocol/events/span.js';
import { selectAgents } from './agents.js';
import { align } from './align.js';
import { sumCosts } from './cost-sums.js';
import { createKeep, once } from './keep.js';
import { rowsOf } from './runs.js';

/** One step of a run: a task, or a span. */
export interface RunStep {
  readonly id: string;
  readonly kind: 'task' | 'span';
  /** What it is called; two steps of one name are the same step. */
  readonly name: string;
  /** What it is an instance of: the node of a task, the kind of a span. */
  readonly sort?: string;
  readonly agentId?: string;
  readonly status: WorkStatus | 'running' | SpanStatus;
  readonly cost: CostTotals;
  readonly tokens: number;
  /** Model and tool calls. */
  readonly calls: number;
  /** Milliseconds; absent while it lasts. */
  readonly durationMs?: number;
}

/** What became of a step from the first run to the second. */
export type StepChange = 'same' | 'changed' | 'added' | 'removed';

/** The same step in both runs, or one that only one of them has. */
export interface StepPair {
  readonly key: string;
  readonly change: StepChange;
  readonly first?: RunStep;
  readonly second?: RunStep;
}

/** Steps beyond these are left out of a comparison, and counted. */
export const MOST_STEPS = 2_000;

/** Two runs aligned step by step. */
export interface RunComparisonView {
  readonly pairs: readonly StepPair[];
  /** Steps that are left out, of each run. */
  readonly omitted: readonly [first: number, second: number];
  readonly counts: { readonly [C in StepChange]: number };
  readonly analyst?: AnalystEffect;
}

/** What an ANALYST cost that only one of two runs had, and what it brought. */
export interface AnalystEffect {
  /** Which of the two had it. */
  readonly with: 'first' | 'second';
  /** What the ANALYST itself cost. */
  readonly cost: CostTotals;
  /** Nano-dollars by which the run with it was cheaper, its own cost counted; negative when it was dearer. */
  readonly savedNanoUsd?: number;
  /** What each nano-dollar of its cost brought in beyond itself: 0 is break-even, -1 loses it all. */
  readonly returnOnCost?: number;
  /** Why the two above are not known. */
  readonly unknown?: 'price' | 'unfinished' | 'outcome' | 'free';
}

const lasted = (from: number | undefined, to: number | undefined): { readonly durationMs?: number } =>
  from === undefined || to === undefined ? {} : { durationMs: Math.max(0, to - from) };

const stepOfTask = once((task: TaskState): RunStep => {
  const { id, name, node, agentId, status, totals, startedAt, endedAt } = task;
  return {
    id,
    kind: 'task',
    name,
    ...(node === undefined ? {} : { sort: node }),
    ...(agentId === undefined ? {} : { agentId }),
    status,
    cost: totals.cost,
    tokens: totals.usage.inputTokens + totals.usage.outputTokens,
    calls: totals.modelCalls + totals.toolCalls,
    ...lasted(startedAt, endedAt),
  };
});

const stepOfSpan = once((span: SpanState): RunStep => {
  const { id, name, kind, agentId, status, cost, usage, startedAt, endedAt } = span;
  return {
    id,
    kind: 'span',
    name,
    sort: kind,
    ...(agentId === undefined ? {} : { agentId }),
    status,
    cost,
    tokens: usage.inputTokens + usage.outputTokens,
    calls: kind === 'model' || kind === 'tool' ? 1 : 0,
    ...lasted(startedAt, endedAt),
  };
});

const keepSteps = createKeep<readonly RunStep[]>();

/** A run's tasks in the order of their creation; where it has none, its spans that stand in no other one. */
function stepsOf(state: FleetState, run: RunState): readonly RunStep[] {
  const tasks = Array.from(rowsOf(run.tasks, state.tasks), stepOfTask);
  if (tasks.length > 0) return keepSteps(run.id, tasks);
  const spans = [...rowsOf(run.spans, state.spans)].filter(({ parentSpanId }) => parentSpanId === undefined);
  return keepSteps(run.id, spans.map(stepOfSpan));
}

/** Two steps of one name and sort, or of one sort whose name tells what they were about. */
function likeness(a: RunStep, b: RunStep): number {
  if (a.kind !== b.kind || a.sort !== b.sort) return 0;
  if (a.name === b.name) return 4;
  // Spans of one kind are alike by name only: `read_file` is not `write_file`.
  return a.kind === 'task' && a.sort !== undefined ? 1 : 0;
}

const stepKey = ({ kind, sort = '', name }: RunStep): string => `${kind}\n${sort}\n${name}`;

function pairSteps(first: readonly RunStep[], second: readonly RunStep[]): readonly StepPair[] {
  return align(first, second, likeness, stepKey).map(({ first: i, second: j }) => {
    const a = i === undefined ? undefined : first[i];
    const b = j === undefined ? undefined : second[j];
    return {
      key: `${a?.id ?? ''}\n${b?.id ?? ''}`,
      change: a && b ? (isSameStep(a, b) ? 'same' : 'changed') : a ? 'removed' : 'added',
      ...(a ? { first: a } : {}),
      ...(b ? { second: b } : {}),
    };
  });
}

const isSameStep = (a: RunStep, b: RunStep): boolean =>
  a.name === b.name && a.status === b.status && a.agentId === b.agentId;

const ANALYST = /^analyst$/i;

const isAnalyst = ({ id, role = '', name }: AgentState): boolean =>
  [id, role, name].some((text) => ANALYST.test(text));

function analystEffect(state: FleetState, first: RunState, second: RunState): AnalystEffect | undefined {
  const [inFirst, inSecond] = [first, second].map(({ id }) => selectAgents(state, id).filter(isAnalyst));
  const hadFirst = (inFirst ?? []).length > 0;
  if (hadFirst === (inSecond ?? []).length > 0) return undefined;
  const [has, lacks] = hadFirst ? [first, second] : [second, first];
  const cost = ((hadFirst ? inFirst : inSecond) ?? []).reduce(
    (sum, agent) => sumCosts(sum, agent.totals.cost),
    ZERO_COST,
  );
  const effect = { with: hadFirst ? ('first' as const) : ('second' as const), cost };
  if (!isFinal(has.status) || !isFinal(lacks.status)) return { ...effect, unknown: 'unfinished' };
  // A run that failed did not do the same work for its money.
  if (has.status !== 'completed' || lacks.status !== 'completed') return { ...effect, unknown: 'outcome' };
  if (has.totals.cost.unknownCalls > 0 || lacks.totals.cost.unknownCalls > 0)
    return { ...effect, unknown: 'price' };
  const savedNanoUsd = lacks.totals.cost.nanoUsd - has.totals.cost.nanoUsd;
  if (cost.nanoUsd === 0) return { ...effect, savedNanoUsd, unknown: 'free' };
  return { ...effect, savedNanoUsd, returnOnCost: savedNanoUsd / cost.nanoUsd };
}

const pairsOf = new WeakMap<readonly RunStep[], WeakMap<readonly RunStep[], RunComparisonView>>();

/**
 * Two runs step by step, the first one's order first. `undefined` while one of them is not known. The same object while
 * neither changes.
 */
export function selectComparison(
  state: FleetState,
  runId: string,
  otherRunId: string,
): RunComparisonView | undefined {
  const [run, other] = [state.runs.get(runId), state.runs.get(otherRunId)];
  if (!run || !other) return undefined;
  const [first, second] = [stepsOf(state, run), stepsOf(state, other)];
  const byFirst = pairsOf.get(first) ?? new WeakMap<readonly RunStep[], RunComparisonView>();
  pairsOf.set(first, byFirst);
  let view = byFirst.get(second);
  if (!view) {
    const pairs = pairSteps(first.slice(0, MOST_STEPS), second.slice(0, MOST_STEPS));
    const counts = { same: 0, changed: 0, added: 0, removed: 0 };
    for (const { change } of pairs) counts[change] += 1;
    const beyond = (steps: readonly RunStep[]): number => Math.max(0, steps.length - MOST_STEPS);
    byFirst.set(second, (view = { pairs, counts, omitted: [beyond(first), beyond(second)] }));
  }
  const analyst = analystOf(state, run, other);
  return keepView(`${runId}\n${otherRunId}`, analyst ? { ...view, analyst } : view);
}

const keepView = createKeep<RunComparisonView>();
const effects = new WeakMap<RunState, WeakMap<RunState, { readonly effect: AnalystEffect | undefined }>>();

/** {@link analystEffect}, once for the same two runs. */
function analystOf(state: FleetState, first: RunState, second: RunState): AnalystEffect | undefined {
  const byFirst =
    effects.get(first) ?? new WeakMap<RunState, { readonly effect: AnalystEffect | undefined }>();
  effects.set(first, byFirst);
  const known = byFirst.get(second) ?? { effect: analystEffect(state, first, second) };
  byFirst.set(second, known);
  return known.effect;
}

const spansOf = (state: FleetState, runId: string, step: RunStep | undefined): readonly RunStep[] => {
  const run = state.runs.get(runId);
  if (!run || step?.kind !== 'task' || !state.tasks.has(taskKey(runId, step.id))) return [];
  const steps: RunStep[] = [];
  for (const span of rowsOf(run.spans, state.spans))
    if (span.taskId === step.id) steps.push(stepOfSpan(span));
  return keepSteps(`${runId}\n${step.id}`, steps);
};

/** The spans of a pair of tasks, paired by kind and name. Empty where the state keeps none of them. */
export function selectSpanPairs(
  state: FleetState,
  runId: string,
  otherRunId: string,
  pair: StepPair,
): readonly StepPair[] {
  const first = spansOf(state, runId, pair.first).slice(0, MOST_STEPS);
  const second = spansOf(state, otherRunId, pair.second).slice(0, MOST_STEPS);
  return pairSteps(first, second);
}
