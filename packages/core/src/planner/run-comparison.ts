import { isFinal } from '../model/status.js';
import type { FinishedRun } from './finished-run.js';

/** What a set of runs came to. Figures that nothing supports are `undefined`, never 0. */
export interface RunSetFigures {
  readonly runs: number;
  readonly completed: number;
  /** Completed runs of all, 0 to 1. */
  readonly successRate: number | undefined;
  /** Runs with calls of unknown price; no cost below counts them. */
  readonly unpricedRuns: number;
  /** Mean nano-dollars of a priced run. */
  readonly meanNanoUsd: number | undefined;
  /**
   * Nano-dollars of all priced runs, failed ones too, for each of them that completed: what a success is expected to
   * cost when one tries until it succeeds.
   */
  readonly nanoUsdPerSuccess: number | undefined;
  /** Mean input and output tokens of a run. */
  readonly meanTokens: number | undefined;
  /** Middle of the durations in milliseconds. */
  readonly medianDurationMs: number | undefined;
}

/** How the second set differs from the first; `undefined` where either lacks the figure. */
export interface RunComparison {
  readonly first: RunSetFigures;
  readonly second: RunSetFigures;
  readonly difference: {
    readonly [F in keyof RunSetFigures]: number | undefined;
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : sum(values) / values.length;

function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** Figures of a set of runs; runs that are not over do not count. */
export function summariseRuns(runs: readonly FinishedRun[]): RunSetFigures {
  const over = runs.filter(({ status }) => isFinal(status));
  const completed = over.filter(({ status }) => status === 'completed');
  const priced = over.filter(({ cost }) => cost.unknownCalls === 0);
  const pricedCompleted = priced.filter(({ status }) => status === 'completed').length;
  const costs = priced.map(({ cost }) => cost.nanoUsd);
  return {
    runs: over.length,
    completed: completed.length,
    successRate: over.length === 0 ? undefined : completed.length / over.length,
    unpricedRuns: over.length - priced.length,
    meanNanoUsd: mean(costs),
    nanoUsdPerSuccess: pricedCompleted === 0 ? undefined : sum(costs) / pricedCompleted,
    meanTokens: mean(over.map(({ usage }) => usage.inputTokens + usage.outputTokens)),
    medianDurationMs: median(over.map(({ durationMs }) => durationMs)),
  };
}

/** Two runs, two workflows or any two sets of runs side by side. */
export function compareRuns(first: readonly FinishedRun[], second: readonly FinishedRun[]): RunComparison {
  const a = summariseRuns(first);
  const b = summariseRuns(second);
  const minus = (figure: keyof RunSetFigures): number | undefined => {
    const [from, to] = [a[figure], b[figure]];
    return from === undefined || to === undefined ? undefined : to - from;
  };
  return {
    first: a,
    second: b,
    difference: {
      runs: minus('runs'),
      completed: minus('completed'),
      successRate: minus('successRate'),
      unpricedRuns: minus('unpricedRuns'),
      meanNanoUsd: minus('meanNanoUsd'),
      nanoUsdPerSuccess: minus('nanoUsdPerSuccess'),
      meanTokens: minus('meanTokens'),
      medianDurationMs: minus('medianDurationMs'),
    },
  };
}
