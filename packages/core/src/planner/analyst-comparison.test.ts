import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CostTotals } from '../model/cost.js';
import { ZERO_USAGE } from '../model/usage.js';
import type { Complexity } from '../protocol/events/task.js';
import { compareAnalyst } from './analyst-comparison.js';
import type { FinishedRun, FinishedStep } from './finished-run.js';
import { compareRuns, summariseRuns } from './run-comparison.js';

const cost = (nanoUsd: number, unknownCalls = 0): CostTotals => ({
  nanoUsd,
  byBasis: { list: nanoUsd },
  unknownCalls,
});

let ids = 0;

const run = (
  nanoUsd: number,
  {
    analyst = 0,
    ok = true,
    unknown = 0,
    complexity = 'moderate',
    durationMs = 1_000,
  }: {
    analyst?: number;
    ok?: boolean;
    unknown?: number;
    complexity?: Complexity;
    durationMs?: number;
  } = {},
): FinishedRun => {
  const step = (role: string, of: number): FinishedStep => ({
    role,
    status: 'completed',
    modelCalls: 1,
    usage: ZERO_USAGE,
    cost: cost(of),
  });
  return {
    runId: `r${(ids += 1)}`,
    name: 'task',
    status: ok ? 'completed' : 'failed',
    type: 'bugFix',
    complexity,
    cost: cost(nanoUsd, unknown),
    usage: { ...ZERO_USAGE, inputTokens: nanoUsd, outputTokens: 1 },
    durationMs,
    steps: [...(analyst > 0 ? [step('ANALYST', analyst)] : []), step('BUILDER', nanoUsd - analyst)],
  };
};

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('summariseRuns', () => {
  it('counts failed runs into the cost of a success', () => {
    expect(summariseRuns([run(100), run(300, { ok: false, durationMs: 3_000 })])).toEqual({
      runs: 2,
      completed: 1,
      successRate: 0.5,
      unpricedRuns: 0,
      meanNanoUsd: 200,
      nanoUsdPerSuccess: 400,
      meanTokens: 201,
      medianDurationMs: 2_000,
    });
  });

  it('says that it does not know, and never counts an unknown price as nothing', () => {
    const none = summariseRuns([]);
    expect(none.runs).toBe(0);
    expect([none.successRate, none.meanNanoUsd, none.nanoUsdPerSuccess, none.medianDurationMs]).toEqual(
      times(4, () => undefined),
    );
    expect(summariseRuns([run(0, { unknown: 1 }), run(100)])).toMatchObject({
      runs: 2,
      unpricedRuns: 1,
      meanNanoUsd: 100,
      nanoUsdPerSuccess: 100,
    });
  });

  it('leaves out runs that are not over', () => {
    expect(summariseRuns([{ ...run(100), status: 'running' }]).runs).toBe(0);
  });
});

describe('compareRuns', () => {
  it('tells by how much the second differs, where both are known', () => {
    const { difference } = compareRuns([run(100)], [run(150, { durationMs: 400 })]);
    expect(difference).toMatchObject({ meanNanoUsd: 50, medianDurationMs: -600, successRate: 0, runs: 0 });
    expect(compareRuns([], [run(1)]).difference.meanNanoUsd).toBeUndefined();
  });
});

describe('compareAnalyst', () => {
  it('gives the return on cost by hand', () => {
    // Without: 10 runs of 100, 5 complete: 200 a success. With: 10 runs of 120 of which 20 for the ANALYST, 10 complete.
    const runs = [
      ...times(10, (index) => run(100, { ok: index < 5 })),
      ...times(10, () => run(120, { analyst: 20 })),
    ];
    const compared = compareAnalyst(runs);
    expect(compared.groups[0]).toMatchObject({
      type: 'bugFix',
      complexity: 'moderate',
      analystNanoUsdPerSuccess: 20,
      enoughRuns: true,
      returnOnCost: (200 - 120) / 20,
    });
    expect(compared).toMatchObject({ returnOnCost: 4, recommendation: 'include', because: 'return' });
  });

  it('loses exactly its cost where it changes nothing', () => {
    const runs = [...times(5, () => run(100)), ...times(5, () => run(120, { analyst: 20 }))];
    expect(compareAnalyst(runs)).toMatchObject({ returnOnCost: -1, recommendation: 'skip' });
  });

  it('is not misled by hard tasks being the ones that get an ANALYST', () => {
    const runs = [
      // Simple tasks: cheap and mostly without.
      ...times(50, () => run(10, { complexity: 'simple' })),
      ...times(5, () => run(9, { complexity: 'simple', analyst: 1 })),
      // Complex tasks: dear and mostly with, and better with.
      ...times(5, () => run(1_000, { complexity: 'complex', ok: false })),
      ...times(5, () => run(1_000, { complexity: 'complex' })),
      ...times(50, () => run(1_100, { complexity: 'complex', analyst: 100 })),
    ];
    const compared = compareAnalyst(runs);
    expect(compared.runs.difference.nanoUsdPerSuccess).toBeGreaterThan(0);
    expect(compared.groups.map(({ complexity, returnOnCost }) => [complexity, returnOnCost])).toEqual([
      ['complex', 9],
      ['simple', 1],
    ]);
    expect(compared.returnOnCost).toBeCloseTo((9 * 50 + 1 * 5) / 55);
    expect(compared.recommendation).toBe('include');
  });

  it('does not decide on too few runs, or where kinds of tasks disagree', () => {
    expect(compareAnalyst([run(100), run(120, { analyst: 20 })])).toMatchObject({
      returnOnCost: undefined,
      recommendation: 'undecided',
      because: 'tooFewRuns',
    });
    const mixed = [
      ...times(5, () => run(100, { complexity: 'simple' })),
      ...times(5, () => run(150, { complexity: 'simple', analyst: 20 })),
      ...times(5, () => run(100, { complexity: 'complex' })),
      ...times(5, () => run(50, { complexity: 'complex', analyst: 20 })),
    ];
    expect(compareAnalyst(mixed)).toMatchObject({ recommendation: 'undecided', because: 'mixed' });
    expect(compareAnalyst(mixed, { minRuns: 6 })).toMatchObject({ because: 'tooFewRuns' });
  });

  it('keeps runs of unknown price out of the money', () => {
    const runs = [
      ...times(5, () => run(100)),
      ...times(5, () => run(90, { analyst: 20 })),
      ...times(5, () => run(1, { analyst: 1, unknown: 1 })),
    ];
    expect(compareAnalyst(runs)).toMatchObject({ returnOnCost: 0.5 });
    expect(compareAnalyst(runs).groups[0]?.runs.second.unpricedRuns).toBe(5);
    expect(compareAnalyst(times(20, (index) => run(1, { unknown: 1, analyst: index % 2 })))).toMatchObject({
      returnOnCost: undefined,
      because: 'tooFewRuns',
    });
  });

  it('does not depend on the order of the runs', () => {
    const any = fc.record({
      nanoUsd: fc.integer({ min: 1, max: 1_000 }),
      analyst: fc.constantFrom(0, 1),
      ok: fc.boolean(),
      unknown: fc.constantFrom(0, 0, 1),
    });
    fc.assert(
      fc.property(
        fc.array(any).chain((facts) => {
          const runs = facts.map(({ nanoUsd, ...more }) => run(nanoUsd, more));
          return fc.tuple(fc.constant(runs), fc.shuffledSubarray(runs, { minLength: runs.length }));
        }),
        ([runs, shuffled]) => {
          const [a, b] = [compareAnalyst(runs), compareAnalyst(shuffled)];
          expect(b).toEqual(a);
          expect(a.runs.first.runs + a.runs.second.runs).toBe(runs.length);
        },
      ),
    );
  });
});
