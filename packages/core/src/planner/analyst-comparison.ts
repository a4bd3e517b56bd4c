import type { Complexity } from '../protocol/events/task.js';
import { ANALYST } from './builtin-roles.js';
import type { FinishedRun } from './finished-run.js';
import { hadAnalyst } from './finished-run.js';
import type { RunComparison } from './run-comparison.js';
import { compareRuns } from './run-comparison.js';

/** Whether an ANALYST pays for itself, among tasks of one type and complexity. */
export interface AnalystGroup {
  readonly type: string | undefined;
  readonly complexity: Complexity | undefined;
  /** First without an ANALYST, then with one. */
  readonly runs: RunComparison;
  /** Nano-dollars of ANALYST steps for each priced run with one that completed. */
  readonly analystNanoUsdPerSuccess: number | undefined;
  /**
   * What each nano-dollar that the ANALYST costs brings in beyond itself: the nano-dollars by which a success becomes
   * cheaper, all costs of the ANALYST counted, divided by what the ANALYST costs for a success. 0 is break-even, 1 brings
   * in its cost twice, -1 loses it all.
   */
  readonly returnOnCost: number | undefined;
  readonly enoughRuns: boolean;
}

/** What an ANALYST costs and brings, over tasks of like kind. */
export interface AnalystComparison {
  /** All runs; mixed, because hard tasks get an ANALYST and easy ones do not. */
  readonly runs: RunComparison;
  /** Tasks of like kind, the most runs first. */
  readonly groups: readonly AnalystGroup[];
  /** Mean of the groups with enough runs, each weighted by its priced runs with an ANALYST that completed. */
  readonly returnOnCost: number | undefined;
  readonly recommendation: 'include' | 'skip' | 'undecided';
  /** Why it is undecided; `mixed` says that groups disagree: look at each of them. */
  readonly because: 'return' | 'mixed' | 'tooFewRuns';
}

/** What counts as enough to compare. */
export interface AnalystComparisonOptions {
  /** Priced runs with and without an ANALYST that a group needs to count. @default 5 */
  readonly minRuns?: number;
}

const isPriced = ({ cost }: FinishedRun): boolean => cost.unknownCalls === 0;

/** Nano-dollars of the ANALYST's steps. */
function analystCost({ steps }: FinishedRun): number {
  return steps.reduce((sum, { role, cost }) => (role === ANALYST ? sum + cost.nanoUsd : sum), 0);
}

function compareGroup(
  runs: readonly FinishedRun[],
  minRuns: number,
): AnalystGroup & { readonly weight: number } {
  const without = runs.filter((run) => !hadAnalyst(run));
  const withOne = runs.filter(hadAnalyst);
  const priced = withOne.filter(isPriced);
  const successes = priced.filter(({ status }) => status === 'completed').length;
  const spent = priced.reduce((sum, run) => sum + analystCost(run), 0);
  const perSuccess = successes === 0 ? undefined : spent / successes;
  const compared = compareRuns(without, withOne);
  const dearer = compared.difference.nanoUsdPerSuccess;
  const [sample] = runs;
  return {
    type: sample?.type,
    complexity: sample?.complexity,
    runs: compared,
    analystNanoUsdPerSuccess: perSuccess,
    returnOnCost:
      dearer === undefined || perSuccess === undefined || perSuccess === 0 ? undefined : -dearer / perSuccess,
    enoughRuns: without.filter(isPriced).length >= minRuns && priced.length >= minRuns,
    weight: successes,
  };
}

/**
 * Runs with and without an ANALYST, and what the ANALYST returns on its cost. Only tasks of one type and complexity are
 * compared with each other. Runs with calls of unknown price count for success, tokens and time, not for money. It
 * describes what happened: tasks were not given an ANALYST by lot.
 */
export function compareAnalyst(
  runs: readonly FinishedRun[],
  options: AnalystComparisonOptions = {},
): AnalystComparison {
  const { minRuns = 5 } = options;
  const byKind = new Map<string, FinishedRun[]>();
  for (const run of runs) {
    const kind = JSON.stringify([run.type, run.complexity]);
    const known = byKind.get(kind);
    if (known) known.push(run);
    else byKind.set(kind, [run]);
  }
  const weighed = [...byKind.values()]
    .map((ofKind) => compareGroup(ofKind, minRuns))
    .sort((a, b) => runsOf(b) - runsOf(a));
  const counting = weighed.flatMap(({ enoughRuns, returnOnCost, weight }) =>
    enoughRuns && returnOnCost !== undefined ? [{ returnOnCost, weight }] : [],
  );
  const weight = counting.reduce((sum, group) => sum + group.weight, 0);
  const returnOnCost =
    weight === 0
      ? undefined
      : counting.reduce((sum, group) => sum + group.returnOnCost * group.weight, 0) / weight;
  return {
    runs: compareRuns(
      runs.filter((run) => !hadAnalyst(run)),
      runs.filter(hadAnalyst),
    ),
    groups: weighed.map(({ weight: _, ...group }) => group),
    returnOnCost,
    ...recommend(counting.map((group) => group.returnOnCost)),
  };
}

const runsOf = ({ runs: { first, second } }: AnalystGroup): number => first.runs + second.runs;

function recommend(returns: readonly number[]): Pick<AnalystComparison, 'recommendation' | 'because'> {
  if (returns.length === 0) return { recommendation: 'undecided', because: 'tooFewRuns' };
  if (returns.every((value) => value > 0)) return { recommendation: 'include', because: 'return' };
  if (returns.every((value) => value <= 0)) return { recommendation: 'skip', because: 'return' };
  return { recommendation: 'undecided', because: 'mixed' };
}
