import { isFinal } from '@fleetglass/core';
import type { FleetState, RunState, SpanState } from '@fleetglass/core';
import { addDuration, mergeSketch, newSketch } from './durations.js';
import type { DurationSketch } from './durations.js';

/** How calls of one model or tool went. */
export interface CallDigest {
  calls: number;
  errors: number;
  readonly durations: DurationSketch;
  /** From start to the first token. */
  readonly firstToken: DurationSketch;
}

/** How many ended in which way. */
export interface OutcomeDigest {
  completed: number;
  failed: number;
  /** Cancelled, stopped or skipped. */
  other: number;
}

/** How a run, or several, went. */
export interface PerformanceDigest {
  readonly models: Map<string, CallDigest>;
  readonly tools: Map<string, CallDigest>;
  readonly runs: OutcomeDigest & { readonly durations: DurationSketch };
  readonly tasks: OutcomeDigest & { readonly durations: DurationSketch };
  /** By the type of the task. */
  readonly taskTypes: Map<string, OutcomeDigest>;
  retries: number;
}

const newOutcome = (): OutcomeDigest => ({ completed: 0, failed: 0, other: 0 });

export const newDigest = (): PerformanceDigest => ({
  models: new Map(),
  tools: new Map(),
  runs: { ...newOutcome(), durations: newSketch() },
  tasks: { ...newOutcome(), durations: newSketch() },
  taskTypes: new Map(),
  retries: 0,
});

function count(outcome: OutcomeDigest, status: RunState['status']): void {
  if (status === 'completed') outcome.completed += 1;
  else if (status === 'failed') outcome.failed += 1;
  else outcome.other += 1;
}

const entry = <T>(map: Map<string, T>, name: string, make: () => T): T => {
  let value = map.get(name);
  if (value === undefined) map.set(name, (value = make()));
  return value;
};

const newCalls = (): CallDigest => ({ calls: 0, errors: 0, durations: newSketch(), firstToken: newSketch() });

function addSpan(digest: PerformanceDigest, span: SpanState): void {
  const { kind, status, startedAt, endedAt, firstTokenMs, reused } = span;
  if (status === 'running' || endedAt === undefined || reused) return;
  const isTool = kind === 'tool' || kind === 'mcp';
  if (kind !== 'model' && !isTool) return;
  const calls = isTool
    ? entry(digest.tools, span.name, newCalls)
    : entry(digest.models, span.model ?? span.name, newCalls);
  calls.calls += 1;
  if (status === 'error') calls.errors += 1;
  addDuration(calls.durations, Math.max(0, endedAt - startedAt));
  if (firstTokenMs !== undefined) addDuration(calls.firstToken, firstTokenMs);
}

/** Every event of a run gives it a new identity: one that is over is looked at once. */
const digests = new WeakMap<RunState, PerformanceDigest>();

/** Whether {@link digestOf} knows how a run went without looking at its spans. */
export const isDigested = (run: RunState): boolean => digests.has(run);

/** How a run went, by the calls and tasks that are held of it. */
export function digestOf(state: FleetState, run: RunState): PerformanceDigest {
  const known = digests.get(run);
  if (known) return known;
  const digest = newDigest();
  for (const key of run.spans.values()) {
    const span = state.spans.get(key);
    if (span) addSpan(digest, span);
  }
  for (const key of run.tasks.values()) {
    const task = state.tasks.get(key);
    if (!task) continue;
    digest.retries += Math.max(0, task.attempt - 1);
    if (!isFinal(task.status)) continue;
    count(digest.tasks, task.status);
    count(entry(digest.taskTypes, task.type ?? '', newOutcome), task.status);
    if (task.startedAt !== undefined && task.endedAt !== undefined)
      addDuration(digest.tasks.durations, Math.max(0, task.endedAt - task.startedAt));
  }
  if (isFinal(run.status)) {
    count(digest.runs, run.status);
    if (run.endedAt !== undefined)
      addDuration(digest.runs.durations, Math.max(0, run.endedAt - (run.startedAt ?? run.createdAt)));
  }
  digests.set(run, digest);
  return digest;
}

function addOutcome(sum: OutcomeDigest, part: OutcomeDigest): void {
  sum.completed += part.completed;
  sum.failed += part.failed;
  sum.other += part.other;
}

/** Adds what a run did to a sum. */
export function addDigest(sum: PerformanceDigest, part: PerformanceDigest): void {
  for (const kind of ['models', 'tools'] as const) {
    for (const [name, calls] of part[kind]) {
      const into = entry(sum[kind], name, newCalls);
      into.calls += calls.calls;
      into.errors += calls.errors;
      mergeSketch(into.durations, calls.durations);
      mergeSketch(into.firstToken, calls.firstToken);
    }
  }
  for (const kind of ['runs', 'tasks'] as const) {
    addOutcome(sum[kind], part[kind]);
    mergeSketch(sum[kind].durations, part[kind].durations);
  }
  for (const [name, outcome] of part.taskTypes) addOutcome(entry(sum.taskTypes, name, newOutcome), outcome);
  sum.retries += part.retries;
}

/** Runs whose digests are added up together and kept: what is over is added up once. */
const BLOCK = 32;
const blocks = new WeakMap<
  RunState,
  { readonly runs: readonly RunState[]; readonly sum: PerformanceDigest }
>();

/** Sums of runs in their order, a few dozen runs each; adding all of them is the sum of all. */
export function* digestBlocks(
  state: FleetState,
  runs: readonly RunState[],
): IterableIterator<PerformanceDigest> {
  for (let from = 0; from < runs.length; from += BLOCK) {
    const block = runs.slice(from, from + BLOCK);
    const [first] = block as [RunState, ...RunState[]];
    const known = blocks.get(first);
    if (known?.runs.length === block.length && known.runs.every((run, place) => run === block[place])) {
      yield known.sum;
      continue;
    }
    const sum = newDigest();
    for (const run of block) addDigest(sum, digestOf(state, run));
    blocks.set(first, { runs: block, sum });
    yield sum;
  }
}
