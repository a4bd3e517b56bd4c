import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetState } from '../projection/state.js';
import { createLog } from '../testing/log-builder.js';
import type { Append } from '../testing/log-builder.js';
import { align } from './align.js';
import { MOST_STEPS, selectComparison, selectSpanPairs } from './comparison.js';

const exact = (a: string, b: string): number => (a === b ? 1 : 0);
const own = (item: string): string => item;
const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 24 });

describe('align', () => {
  it('shows every item once, in order, and pairs only what fits', () => {
    fc.assert(
      fc.property(names, names, (first, second) => {
        const pairs = align(first, second, exact, own);
        expect(pairs.flatMap(({ first: i }) => (i === undefined ? [] : [i]))).toEqual(first.map((_, i) => i));
        expect(pairs.flatMap(({ second: i }) => (i === undefined ? [] : [i]))).toEqual(
          second.map((_, i) => i),
        );
        for (const { first: i, second: j } of pairs) {
          if (i !== undefined && j !== undefined) expect(first[i]).toBe(second[j]);
        }
      }),
    );
  });

  it('says the same of both ways round', () => {
    const paired = (pairs: ReturnType<typeof align>) =>
      pairs.flatMap(({ first, second }) =>
        first === undefined || second === undefined ? [] : [[first, second] as const],
      );
    fc.assert(
      fc.property(names, names, (first, second) => {
        const forth = paired(align(first, second, exact, own));
        const back = paired(align(second, first, exact, own));
        expect(back.map(([a, b]) => [b, a])).toEqual(forth);
      }),
    );
  });

  it('finds the longest common subsequence', () => {
    const longest = (a: string[], b: string[]): number => {
      const rows = [new Array<number>(b.length + 1).fill(0)];
      for (const [i, x] of a.entries()) {
        const row = [0];
        for (const [j, y] of b.entries()) {
          row.push(x === y ? (rows[i]?.[j] ?? 0) + 1 : Math.max(rows[i]?.[j + 1] ?? 0, row[j] ?? 0));
        }
        rows.push(row);
      }
      return rows[a.length]?.[b.length] ?? 0;
    };
    fc.assert(
      fc.property(names, names, (first, second) => {
        const pairs = align(first, second, exact, own).filter(
          ({ first: i, second: j }) => i !== undefined && j !== undefined,
        );
        expect(pairs.length).toBe(longest(first, second));
      }),
    );
  });

  it('compares at most about four million times, and still shows everything', () => {
    let compared = 0;
    const counting = (a: string, b: string): number => {
      compared += 1;
      return exact(a, b);
    };
    const many = (count: number, step: number) =>
      Array.from({ length: count }, (_, i) => `s${(i * step) % 701}`);
    expect(align(many(2_000, 3), many(2_000, 7), counting, own).length).toBeGreaterThanOrEqual(2_000);
    expect(compared).toBeLessThan(4_200_000);
    compared = 0;
    expect(align(many(9_000, 3), many(9_000, 7), counting, own).length).toBeGreaterThanOrEqual(9_000);
    expect(compared).toBeLessThan(40_000);
  });
});

interface Work {
  readonly node: string;
  readonly name?: string;
  readonly nanoUsd?: number;
  readonly agentId?: string;
  readonly fails?: boolean;
}

function writeRun(append: Append, runId: string, works: readonly Work[], ends = true): void {
  append('run.created', { runId }, { name: runId });
  append('run.started', { runId }, {});
  works.forEach(
    ({ node, name = node, nanoUsd = 100, agentId = node.toUpperCase(), fails = false }, index) => {
      const scope = { runId, agentId, taskId: `${node}-${index}` };
      append('agent.joined', { runId, agentId }, { name: agentId });
      append('task.created', scope, { name, node });
      append('task.started', scope, { attempt: 1 });
      const span = { ...scope, spanId: `span-${index}` };
      append('span.started', span, { kind: 'model', name: 'm' });
      append('span.ended', span, {
        status: 'ok',
        usage: { inputTokens: 10, outputTokens: 5 },
        cost: nanoUsd < 0 ? { basis: 'unknown' } : { nanoUsd, basis: 'list' },
      });
      if (fails) append('task.failed', scope, { attempt: 1, error: { code: 'X', message: 'no' } });
      else append('task.completed', scope, {});
    },
  );
  if (ends) append('run.completed', { runId }, {});
}

function compare(
  first: readonly Work[],
  second: readonly Work[],
  ends = true,
): { readonly state: FleetState } & NonNullable<ReturnType<typeof selectComparison>> {
  const { events, append } = createLog(0);
  writeRun(append, 'one', first);
  writeRun(append, 'two', second, ends);
  const state = reduce(emptyState(), events);
  const view = selectComparison(state, 'one', 'two');
  if (!view) throw new Error('Both runs are known.');
  return { state, ...view };
}

const PLAN = { node: 'plan' };
const CODE = { node: 'code' };

describe('two runs step by step', () => {
  it('tells what was added, removed and changed', () => {
    const { pairs, counts } = compare(
      [PLAN, CODE, { node: 'review', name: 'Review a' }],
      [{ node: 'analyse' }, PLAN, { ...CODE, fails: true }, { node: 'review', name: 'Review a' }],
    );
    expect(pairs.map(({ change, first, second }) => [change, (first ?? second)?.name])).toEqual([
      ['added', 'analyse'],
      ['same', 'plan'],
      ['changed', 'code'],
      ['same', 'Review a'],
    ]);
    expect(counts).toEqual({ same: 2, changed: 1, added: 1, removed: 0 });
  });

  it('pairs tasks of one node by their names before their places', () => {
    const review = (name: string): Work => ({ node: 'review', name });
    const { pairs } = compare(
      [review('a'), review('b'), review('c')],
      [review('b'), review('c'), review('d')],
    );
    expect(pairs.map(({ first, second }) => [first?.name, second?.name])).toEqual([
      ['a', undefined],
      ['b', 'b'],
      ['c', 'c'],
      [undefined, 'd'],
    ]);
  });

  it('is the same object while neither run changes', () => {
    const { state } = compare([PLAN], [CODE]);
    const later = reduce(state, [
      { v: 1, seq: 900, time: 5, type: 'run.created', runId: 'three', data: { name: 'three' } },
    ]);
    expect(selectComparison(later, 'one', 'two')).toBe(selectComparison(state, 'one', 'two'));
    expect(selectComparison(state, 'one', 'nowhere')).toBeUndefined();
  });

  it('counts the steps that it leaves out', () => {
    const many = Array.from({ length: MOST_STEPS + 3 }, () => PLAN);
    expect(compare(many, [PLAN]).omitted).toEqual([3, 0]);
  });

  it('pairs the spans of a step', () => {
    const { state, pairs } = compare([PLAN], [PLAN]);
    const [pair] = pairs;
    if (!pair) throw new Error('There is a pair.');
    expect(selectSpanPairs(state, 'one', 'two', pair)).toMatchObject([
      { change: 'same', first: { name: 'm', sort: 'model' }, second: { name: 'm' } },
    ]);
  });
});

describe('what an ANALYST brought', () => {
  const analyst = { node: 'analyse', agentId: 'ANALYST', nanoUsd: 50 };

  it('is the difference of the runs for its own cost', () => {
    const { analyst: effect } = compare([{ ...CODE, nanoUsd: 400 }], [analyst, { ...CODE, nanoUsd: 200 }]);
    expect(effect).toMatchObject({
      with: 'second',
      cost: { nanoUsd: 50 },
      savedNanoUsd: 150,
      returnOnCost: 3,
    });
  });

  it('is not known without prices, an end or two successes', () => {
    expect(compare([{ ...CODE, nanoUsd: -1 }], [analyst, CODE]).analyst).toMatchObject({ unknown: 'price' });
    expect(compare([CODE], [analyst, CODE], false).analyst).toMatchObject({ unknown: 'unfinished' });
    expect(compare([CODE], [analyst, CODE], false).analyst?.savedNanoUsd).toBeUndefined();
    expect(compare([CODE], [{ ...analyst, nanoUsd: 0 }, CODE]).analyst).toMatchObject({ unknown: 'free' });
  });

  it('is nothing where both or neither had one', () => {
    expect(compare([analyst, CODE], [analyst]).analyst).toBeUndefined();
    expect(compare([CODE], [PLAN]).analyst).toBeUndefined();
  });
});
