import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpanKey } from '../projection/keys.js';
import type { SpanState, TaskState } from '../projection/state.js';
import { findCriticalPath } from './critical-path.js';
import { findIdleGaps } from './idle-gaps.js';
import { MAX_LANE_ROWS, packSpans } from './pack-spans.js';
import { healParents } from './parents.js';
import type { TimeWindow } from './timeline.js';

/** Fields to replace; generated ones may be undefined. */
type Fields = { readonly [K in keyof SpanState]?: SpanState[K] | undefined };

const span = (id: string, startedAt: number, endedAt?: number, more: Fields = {}): SpanState => ({
  key: id as SpanKey,
  id,
  kind: 'tool',
  name: id,
  status: endedAt === undefined ? 'running' : 'ok',
  startedAt,
  ...(endedAt === undefined ? {} : { endedAt }),
  cost: { nanoUsd: 0, byBasis: {}, unknownCalls: 0 },
  usage: {
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
  },
  ...(more as Partial<SpanState>),
});
const inside = (parentSpanId: string): Partial<SpanState> => ({ parentSpanId });
const task = (id: string, startedAt: number, endedAt: number, more: Partial<TaskState> = {}): TaskState =>
  ({ id, startedAt, createdAt: startedAt, endedAt, ...more }) as TaskState;
const hostileSpans = fc.array(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    startedAt: fc.integer({ min: -50, max: 50 }),
    endedAt: fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined }),
    parentSpanId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'gone', undefined),
  }),
  { maxLength: 12 },
);
const rowsOf = (spans: readonly SpanState[]) =>
  Object.fromEntries(packSpans(spans).spans.map((each) => [each.span.id, each.row]));

describe('packSpans', () => {
  it('puts a span below its parent, with nothing between them', () => {
    expect(
      rowsOf([
        span('a', 0, 100),
        span('other', 5, 90),
        span('a1', 10, 50, inside('a')),
        span('a2', 20, 60, inside('a')),
        span('a11', 12, 30, inside('a1')),
        span('later', 100, 120),
      ]),
    ).toEqual({ a: 0, a1: 1, a11: 2, a2: 3, other: 4, later: 0 });
  });

  it('lets nothing of a tree overlap what follows, even a child that outlives its parent', () => {
    expect(rowsOf([span('a', 0, 10), span('a1', 5, 40, inside('a')), span('b', 20, 30)])).toEqual({
      a: 0,
      a1: 1,
      b: 2,
    });
  });

  it('survives chains deeper than the stack and crowds wider than a lane', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => span(`s${at}`, at, 90_000, inside(`s${at - 1}`)));
    expect(packSpans(chain).rows).toBeLessThanOrEqual(MAX_LANE_ROWS);
    const crowd = Array.from({ length: 20_000 }, (_, at) => span(`s${at}`, at));
    expect(packSpans(crowd).rows).toBe(MAX_LANE_ROWS);
  });

  it('places every span of any data once, without overlap below the last row', () => {
    fc.assert(
      fc.property(hostileSpans, (given) => {
        const packed = packSpans(given.map((each) => span(each.id, each.startedAt, each.endedAt, each)));
        expect(packed.spans).toHaveLength(given.length);
        const ends: number[] = [];
        for (const { span: each, row } of packed.spans) {
          expect(row).toBeLessThan(packed.rows);
          if (row < MAX_LANE_ROWS - 1) expect(each.startedAt).toBeGreaterThanOrEqual(ends[row] ?? -Infinity);
          ends[row] = Math.max(each.startedAt, each.endedAt ?? Infinity);
        }
      }),
    );
  });
});

it('cuts circles of parents open at their first item, and leaves no other', () => {
  const heal = (pairs: readonly (readonly [string, string?])[]) => [
    ...healParents(
      pairs,
      ([id]) => id,
      ([, parent]) => parent,
    ),
  ];
  expect(heal([['a', 'a']])).toEqual([-1]);
  expect(
    heal([
      ['x', 'b'],
      ['a', 'c'],
      ['b', 'a'],
      ['c', 'b'],
    ]),
  ).toEqual([2, -1, 1, 2]);
  expect(
    heal([
      ['a', 'gone'],
      ['b', 'a'],
    ]),
  ).toEqual([-1, 0]);
});

describe('findIdleGaps', () => {
  const lanes = (...all: (readonly SpanState[])[]) => all.map((spans) => packSpans(spans));
  it('finds what is idle on every lane, and long enough', () => {
    const found = findIdleGaps(
      lanes([span('a', 0, 100), span('b', 900, 1000)], [span('c', 50, 300), span('d', 340, 350)]),
      { from: 0, to: 1000 },
    );
    expect(found).toEqual([{ from: 350, to: 900 }]);
  });

  it('counts the wait before the first and after the last, and what runs as busy', () => {
    expect(findIdleGaps(lanes([span('a', 300, 400)]), { from: 0, to: 1000 })).toEqual([
      { from: 0, to: 300 },
      { from: 400, to: 1000 },
    ]);
    expect(findIdleGaps(lanes([span('a', 0)]), { from: 0, to: 1000 })).toEqual([]);
    expect(findIdleGaps([], { from: 0, to: 1000 })).toEqual([]);
  });

  it('misses none that is long enough', () => {
    const busy = fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 60 }));
    fc.assert(
      fc.property(fc.array(busy, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (given, count) => {
        const spans = given.map(([from, long], at) => span(String(at), from, from + long));
        const shared = Array.from({ length: count }, (_, lane) =>
          spans.filter((_one, at) => at % count === lane),
        );
        const gaps: TimeWindow[] = [];
        let free = 0;
        for (const [from, long] of [...given, [600, 0] as const].sort(([a], [b]) => a - b)) {
          if (from - free > 30) gaps.push({ from: free, to: from });
          free = Math.max(free, from + long);
        }
        expect(findIdleGaps(lanes(...shared), { from: 0, to: 600 })).toEqual(given.length > 0 ? gaps : []);
      }),
    );
  });

  it('never overlaps a span, whatever the clocks say', () => {
    fc.assert(
      fc.property(hostileSpans, (given) => {
        const spans = given.map((each) => span(each.id, each.startedAt, each.endedAt));
        for (const gap of findIdleGaps(lanes(spans), { from: -60, to: 60 })) {
          for (const { startedAt, endedAt = Infinity } of spans)
            expect(startedAt >= gap.to || Math.max(startedAt, endedAt) <= gap.from).toBe(true);
        }
      }),
    );
  });
});

describe('findCriticalPath', () => {
  const ids = (input: Parameters<typeof findCriticalPath>[0]) => [...findCriticalPath(input).spanIds].sort();

  it('walks back from the end, through what ended last before', () => {
    const spans = [span('a', 0, 40), span('quick', 0, 10), span('b', 41, 90), span('beside', 45, 60)];
    expect(ids({ spans, end: 90 })).toEqual(['a', 'b']);
    expect(findCriticalPath({ spans, end: 90 }).activeMs).toBe(89);
  });

  it('goes into the child that determined its parent, also one that outlived it', () => {
    const spans = [
      span('parent', 0, 50),
      span('first', 0, 20, inside('parent')),
      span('long', 20, 70, inside('parent')),
      span('short', 20, 30, inside('parent')),
    ];
    expect(ids({ spans, end: 70 })).toEqual(['first', 'long', 'parent']);
  });

  it('follows taken edges between tasks where times alone would mislead', () => {
    const tasks = [
      task('plan', 0, 30, { node: 'plan' }),
      task('chat', 0, 48, { node: 'chat' }),
      task('review', 50, 90, { node: 'review' }),
    ];
    const found = (edges: Record<string, number>) =>
      [...findCriticalPath({ spans: [], tasks, edges, end: 90 }).taskIds].sort();
    expect(found({ 'plan→review': 1 })).toEqual(['plan', 'review']);
    expect(found({})).toEqual(['chat', 'review']);
  });

  it('sees sub-agents as work inside of the span that started them', () => {
    const of = (agentId: string): Partial<SpanState> => ({ agentId });
    const spans = [
      span('call', 0, 100, of('lead')),
      span('think', 0, 20, { ...of('lead'), ...inside('call') }),
      span('edit', 21, 50, of('builder')),
      span('test', 55, 95, of('tester')),
      span('aside', 30, 60, of('lead')),
    ];
    const agents = [
      { id: 'lead' },
      { id: 'builder', parentAgentId: 'lead' },
      { id: 'tester', parentAgentId: 'builder' },
    ];
    expect(ids({ spans, agents, end: 100 })).toEqual(['call', 'edit', 'test', 'think']);
  });

  it('takes the branch of a fan-out that ended last, and all that led there', () => {
    const tasks = [
      task('plan', 0, 10, { node: 'plan' }),
      task('r0', 11, 60, { node: 'review' }),
      task('r1', 11, 80, { node: 'review' }),
      task('sum', 81, 100, { node: 'sum' }),
    ];
    const edges = { 'plan→review': 2, 'review→sum': 2 };
    expect([...findCriticalPath({ spans: [], tasks, edges, end: 100 }).taskIds].sort()).toEqual([
      'plan',
      'r1',
      'sum',
    ]);
  });

  it('survives chains and rows of very many spans', () => {
    const row = Array.from({ length: 150_000 }, (_, at) => span(`s${at}`, at * 10, at * 10 + 9));
    expect(findCriticalPath({ spans: row, end: 1_500_000 }).spanIds.size).toBe(150_000);
    const chain = Array.from({ length: 20_000 }, (_, at) => span(`s${at}`, at, 90_000, inside(`s${at - 1}`)));
    expect(findCriticalPath({ spans: chain, end: 90_000 }).spanIds.size).toBe(20_000);
  });

  it('ends for any data, and is never longer than the run', () => {
    fc.assert(
      fc.property(hostileSpans, (given) => {
        const spans = given.map((each, at) =>
          span(each.id, each.startedAt, each.endedAt, { ...each, agentId: at % 2 ? 'x' : 'y' }),
        );
        const agents = [
          { id: 'x', parentAgentId: 'y' },
          { id: 'y', parentAgentId: 'x' },
        ];
        const { activeMs, spanIds } = findCriticalPath({ spans, agents, end: 60 });
        expect(spanIds.size > 0).toBe(spans.length > 0);
        const starts = spans.map((each) => each.startedAt);
        // Each joint may overlap by the tolerance.
        if (starts.length > 0)
          expect(activeMs).toBeLessThanOrEqual(60 - Math.min(...starts) + 2 * spans.length);
      }),
    );
  });
});
