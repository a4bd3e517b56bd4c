import { ZERO_COST } from '../model/cost.js';
import { isFinal } from '../model/status.js';
import type { WorkStatus } from '../model/status.js';
import { ZERO_USAGE } from '../model/usage.js';
import type { KnownCostBasis } from '../protocol/usage.js';
import type { SpanState, Totals } from './state.js';

/** What is summed, in the order in which stores keep it: a place once taken is kept for ever. */
export const ROLLUP_COLUMNS = [
  'modelCalls',
  'toolCalls',
  'toolErrors',
  'modelErrors',
  'unknownCalls',
  'billed',
  'list',
  'custom',
  'simulated',
  'inputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'outputTokens',
  'reasoningTokens',
  'runsStarted',
  'runsCompleted',
  'runsFailed',
  'runsCancelled',
  'runsStopped',
  'tasksStarted',
  'tasksCompleted',
  'tasksFailed',
  'tasksCancelled',
  'tasksStopped',
  'tasksSkipped',
  'retries',
  'runCount',
  'runMs',
  'taskCount',
  'taskMs',
  'modelCount',
  'modelMs',
  'toolCount',
  'toolMs',
] as const;

/** Name of a sum of {@link ROLLUP_COLUMNS}. */
export type RollupColumn = (typeof ROLLUP_COLUMNS)[number];

const PLACES = new Map(ROLLUP_COLUMNS.map((name, place) => [name, place]));

/** Place of a sum among {@link ROLLUP_COLUMNS}. */
const placeOf = (name: RollupColumn): number => PLACES.get(name) as number;

/** A few sums: place and value by turns. */
export type SparseSums = number[];

const RUN_ENDS: { readonly [S in WorkStatus]?: number } = {
  completed: placeOf('runsCompleted'),
  failed: placeOf('runsFailed'),
  cancelled: placeOf('runsCancelled'),
  stopped: placeOf('runsStopped'),
};
const TASK_ENDS: { readonly [S in WorkStatus]?: number } = {
  completed: placeOf('tasksCompleted'),
  failed: placeOf('tasksFailed'),
  cancelled: placeOf('tasksCancelled'),
  stopped: placeOf('tasksStopped'),
  skipped: placeOf('tasksSkipped'),
};
const STARTED = { run: placeOf('runsStarted'), task: placeOf('tasksStarted') };
const COUNT = {
  run: placeOf('runCount'),
  task: placeOf('taskCount'),
  model: placeOf('modelCount'),
  tool: placeOf('toolCount'),
};
const MODEL_ERRORS = placeOf('modelErrors');
const MODEL_CALLS = placeOf('modelCalls');
const TOOL_CALLS = placeOf('toolCalls');
const TOOL_ERRORS = placeOf('toolErrors');
const UNKNOWN_CALLS = placeOf('unknownCalls');
/** In the order of their columns. */
const BASES: readonly KnownCostBasis[] = ['billed', 'list', 'custom', 'simulated'];
const BILLED = placeOf('billed');
const INPUT = placeOf('inputTokens');

/** One failed attempt that another follows. */
export const RETRY: SparseSums = [placeOf('retries'), 1];

function put(sums: SparseSums, place: number, value: number): void {
  if (value !== 0) sums.push(place, value);
}

function putDuration(
  sums: SparseSums,
  place: number,
  from: number | undefined,
  to: number | undefined,
): void {
  if (from === undefined || to === undefined) return;
  sums.push(place, 1);
  put(sums, place + 1, Math.max(0, to - from));
}

/** Calls, tokens and money as sums. */
export function sumsOfTotals({ cost, usage, ...counts }: Totals): SparseSums {
  const sums: SparseSums = [];
  put(sums, MODEL_CALLS, counts.modelCalls);
  put(sums, TOOL_CALLS, counts.toolCalls);
  put(sums, TOOL_ERRORS, counts.toolErrors);
  if (cost !== ZERO_COST) {
    put(sums, UNKNOWN_CALLS, cost.unknownCalls);
    for (let i = 0; i < BASES.length; i += 1) {
      put(sums, BILLED + i, cost.byBasis[BASES[i] as KnownCostBasis] ?? 0);
    }
  }
  if (usage === ZERO_USAGE) return sums;
  put(sums, INPUT, usage.inputTokens);
  put(sums, INPUT + 1, usage.cacheReadTokens);
  put(sums, INPUT + 2, usage.cacheWrite5mTokens);
  put(sums, INPUT + 3, usage.cacheWrite1hTokens);
  put(sums, INPUT + 4, usage.outputTokens);
  put(sums, INPUT + 5, usage.reasoningTokens);
  return sums;
}

/** What a run or task counts as in its present status. */
export function sumsOfWork(
  kind: 'run' | 'task',
  work: { readonly status: WorkStatus; readonly startedAt?: number; readonly endedAt?: number },
): SparseSums {
  const sums: SparseSums = [];
  if (work.startedAt !== undefined) sums.push(STARTED[kind], 1);
  if (!isFinal(work.status)) return sums;
  const place = (kind === 'run' ? RUN_ENDS : TASK_ENDS)[work.status];
  if (place !== undefined) sums.push(place, 1);
  putDuration(sums, COUNT[kind], work.startedAt, work.endedAt);
  return sums;
}

/** What a span counts as beside its totals. */
export function sumsOfSpan(
  span: Pick<SpanState, 'kind' | 'status' | 'endedAt' | 'reused'> & { readonly startedAt?: number },
): SparseSums {
  const sums: SparseSums = [];
  const { kind, status } = span;
  if (status === 'running' || span.reused) return sums;
  if (kind === 'model' && status === 'error') sums.push(MODEL_ERRORS, 1);
  if (kind === 'model' || kind === 'tool') putDuration(sums, COUNT[kind], span.startedAt, span.endedAt);
  return sums;
}

/** `into + sign * sums`, in place. */
export function addSparse(into: number[], sums: SparseSums, sign: 1 | -1 = 1): void {
  for (let i = 0; i < sums.length; i += 2) {
    const place = sums[i] as number;
    into[place] = (into[place] ?? 0) + sign * (sums[i + 1] as number);
  }
}

/** Every sum at 0. */
export function emptySums(): number[] {
  return new Array<number>(ROLLUP_COLUMNS.length).fill(0);
}
