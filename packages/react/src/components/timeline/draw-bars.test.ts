import type { AgentKey, AgentState, Lane, SpanKey, SpanState } from '@fleetglass/core/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitWindow, panWindow, revealInWindow, zoomWindow } from './axis-window.js';
import { createBarIndex } from './bar-index.js';
import { drawBars, spanAt, drawBands } from './draw-bars.js';
import type { LanePaths } from './draw-bars.js';
import { countSqueezed, FINE_ROW, laneLayout, MAX_ROWS, rowTop } from './lane-layout.js';
import { createLaneRows } from './lane-rows.js';
import { lookOf } from './paint.js';
import { createRunProfile } from './run-profile.js';
import { createTimeAxis, FOLD_WIDTH, placeOf, timeOf } from './time-axis.js';
import { axisEnd, createTimeScale, rawX, timeAt, xOf } from './time-scale.js';

/** Fields to replace; generated ones may be undefined. */
type Fields = { readonly [K in keyof SpanState]?: SpanState[K] | undefined };

const span = (id: string, startedAt: number, endedAt?: number, more: Fields = {}): SpanState => ({
  key: id as SpanKey,
  id,
  kind: 'model',
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

/** Each span that overlaps the ones before it in a row of its own. */
function pack(spans: readonly SpanState[]) {
  const freeAt: number[] = [];
  const placed = spans.map((each) => {
    const free = freeAt.findIndex((time) => time <= each.startedAt);
    const row = free < 0 ? freeAt.length : free;
    freeAt[row] = each.endedAt ?? Number.POSITIVE_INFINITY;
    return { span: each, row, depth: 0 };
  });
  return { spans: placed, rows: Math.max(1, freeAt.length) };
}
const scaleOf = (start: number, end: number, width: number, from?: number, to?: number) => {
  const axis = createTimeAxis(start, end, [], width);
  return createTimeScale(axis, from === undefined || to === undefined ? undefined : { from, to }, width);
};
function drawn(spans: readonly SpanState[], scale: ReturnType<typeof scaleOf>) {
  const lane = pack(spans);
  const layout = laneLayout(lane, FINE_ROW);
  return drawBars(createBarIndex(lane.spans, layout.rowCount, 'kind'), layout, scale);
}
const bars = (paths: LanePaths): number =>
  [...paths.done, ...paths.running].reduce((sum, { d }) => sum + d.split('M').length - 1, 0);

describe('drawBars', () => {
  it('draws a number of bars that the width bounds, not the spans, and looks only at some', () => {
    const many = Array.from({ length: 20_000 }, (_, at) =>
      span(`s${at}`, at * 50, at * 50 + 40, { kind: at % 2 ? 'tool' : 'model' }),
    );
    expect(bars(drawn(many, scaleOf(0, 1_000_000, 400)))).toBeLessThan(201);
  });

  it('draws only what is in view, also what began long before it', () => {
    const spans = [span('long', 0, 9000), span('a', 100, 200), span('b', 5000, 5100), span('c', 8000, 8100)];
    const view = drawn(spans, scaleOf(0, 10_000, 1000, 4900, 5200));
    expect(bars(view)).toBe(2);
    expect(view.named.map(({ placed }) => placed.span.id)).toEqual(['long', 'b']);
    expect(view.named[0]).toMatchObject({ x: 0, width: 1000 });
  });

  it('never hides what failed among what is denser than pixels', () => {
    const many = Array.from({ length: 5000 }, (_, at) =>
      span(`s${at}`, at * 10, at * 10 + 9, at === 2503 ? { status: 'error' } : {}),
    );
    expect(drawn(many, scaleOf(0, 50_000, 300)).done.map(({ look }) => look)).toContain('failed');
  });

  it('draws what is too narrow for an outline as pieces of one line, as wide as the bars would be', () => {
    const spans = [span('a', 1000, 1010), span('b', 2000, 2010), span('wide', 3000, 4000)];
    const { done } = drawn(spans, scaleOf(0, 10_000, 1000));
    expect(done).toEqual([
      { look: 'model', d: 'M100 23h2M200 23h2', slim: 20 },
      { look: 'model', d: 'M300.5 13.5h98v19h-98z' },
    ]);
  });

  it('leaves bars where they are while time goes on within a step of the axis, and draws what runs to the edge', () => {
    const spans = [span('a', 1000, 2000), span('b', 3000)];
    const at = (now: number) => drawn(spans, scaleOf(0, axisEnd(0, now, true), 800));
    expect(at(5200)).toEqual(at(5700));
    expect(at(5200).running[0]?.d).toMatch(/^M240\.5 .*h561v/);
  });

  it('survives any clock, kind and window', () => {
    const spans = fc.array(
      fc.record({
        startedAt: fc.integer({ min: -1e6, max: 1e6 }),
        endedAt: fc.option(fc.integer({ min: -1e6, max: 1e6 }), { nil: undefined }),
        kind: fc.constantFrom('model', 'tool', 'telepathy', 'constructor') as fc.Arbitrary<SpanState['kind']>,
        status: fc.constantFrom('ok', 'error', 'odd') as fc.Arbitrary<SpanState['status']>,
      }),
      { maxLength: 20 },
    );
    const edges = fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 1000 }));
    fc.assert(
      fc.property(spans, edges, (given, [from, size]) => {
        const sorted = given
          .map((each, at) => span(String(at), each.startedAt, each.endedAt, each))
          .sort((a, b) => a.startedAt - b.startedAt);
        const paths = drawn(sorted, scaleOf(0, 2000, 300, from, from + size));
        for (const { d } of [...paths.done, ...paths.running]) expect(d).not.toMatch(/NaN|Infinity/);
      }),
    );
  });
});

it('finds the span under the pointer, and none beside it', () => {
  const scale = scaleOf(0, 10_000, 1000);
  const lane = pack([span('a', 1000, 3000), span('b', 2000, 4000), span('back', 6000, 5000)]);
  const layout = laneLayout(lane, FINE_ROW);
  const index = createBarIndex(lane.spans, layout.rowCount, 'kind');
  const at = (time: number, row: number) =>
    spanAt(index, layout, scale, 10_000, { x: xOf(scale, time), y: rowTop(layout, row) + 6 })?.span.id;
  expect(at(2500, 0)).toBe('a');
  expect(at(2500, 1)).toBe('b');
  expect(at(6000, 0)).toBe('back');
  expect(at(8000, 0)).toBeUndefined();
});

it('draws what does not fit into the last row, and counts it', () => {
  const crowd = pack(Array.from({ length: MAX_ROWS + 3 }, (_, at) => span(`s${at}`, 0)));
  const layout = laneLayout(crowd, FINE_ROW);
  expect(layout.rowCount).toBe(MAX_ROWS);
  expect(countSqueezed(crowd, layout)).toBe(3);
});

it('joins statuses that follow each other into bands, and draws the one that lasts to the edge', () => {
  const scale = scaleOf(0, 10_000, 1000);
  const bands = drawBands(
    [
      { from: 0, to: 2000, status: 'active' },
      { from: 2000, to: 5000, status: 'active', activity: 'more' },
      { from: 5000, to: 6000, status: 'idle' },
      { from: 6000, to: 7000, status: 'active' },
      { from: 7000, status: 'waiting' },
    ],
    scale,
    50,
  );
  expect(bands.over).toEqual([{ status: 'active', d: 'M0 2h500v46h-500zM600 2h100v46h-100z' }]);
  expect(bands.open).toEqual({ status: 'waiting', d: 'M700 2h309v46h-309z' });
  expect(drawBands([{ from: 0, status: 'completed' }], scale, 50)).toEqual({ over: [], open: undefined });
});

it('tells what an amount is by its share of the most expensive', () => {
  const paid = (nanoUsd: number, unknownCalls = 0) =>
    lookOf(span('a', 0, 1, { cost: { nanoUsd, byBasis: {}, unknownCalls } }), { top: 100 });
  expect([paid(10), paid(50), paid(74), paid(75), paid(0, 1)]).toEqual([
    'low',
    'half',
    'half',
    'most',
    'unpriced',
  ]);
});

describe('the axis', () => {
  it('draws a folded gap short and everything else in proportion', () => {
    const axis = createTimeAxis(0, 100_000, [{ from: 20_000, to: 80_000 }], 1000);
    const scale = createTimeScale(axis, undefined, 1000);
    expect(xOf(scale, 80_000) - xOf(scale, 20_000)).toBeCloseTo(FOLD_WIDTH, 0);
    expect(xOf(scale, 20_000) - xOf(scale, 10_000)).toBeCloseTo(xOf(scale, 95_000) - xOf(scale, 85_000));
    expect(scale.ticks.every((tick) => tick <= 20_000 || tick >= 80_000)).toBe(true);
  });

  it('goes from times to places and back, with any folds', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(
        cuts,
        fc.integer({ min: 200, max: 3000 }),
        fc.integer({ min: 0, max: 10_000 }),
        (edges, width, time) => {
          const sorted = [...edges].sort((a, b) => a - b);
          const gaps = sorted.flatMap((from, at) => {
            const to = sorted[at + 1];
            return at % 2 === 0 && to !== undefined ? [{ from, to }] : [];
          });
          const axis = createTimeAxis(0, 10_000, gaps, width);
          expect(timeOf(axis, placeOf(axis, time))).toBeCloseTo(time, 3);
          expect(placeOf(axis, 10_000)).toBeCloseTo(axis.length, 3);
        },
      ),
    );
  });

  it('keeps labels apart and time inside', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 1, max: 3e10 }),
        fc.integer({ min: 200, max: 2000 }),
        fc.boolean(),
        (start, length, width, open) => {
          const end = axisEnd(start, start + length, open);
          expect(end).toBeGreaterThanOrEqual(start + length);
          const scale = scaleOf(start, end, width);
          expect(scale.ticks.length).toBeLessThanOrEqual(width / 60 + 2);
          expect(timeAt(scale, rawX(scale, start + length))).toBeCloseTo(start + length, -1);
        },
      ),
    );
  });
});

describe('the window', () => {
  it('zooms around a point that stays where it is', () => {
    const shown = zoomWindow(undefined, 1000, 4, 0.25);
    expect(shown).toEqual({ from: 187.5, to: 437.5 });
    expect(187.5 + 250 * 0.25).toBe(250);
    expect(zoomWindow(shown, 1000, 1 / 8, 0.5)).toBeUndefined();
  });

  it('stays inside the axis, and never becomes too small to see', () => {
    const step = fc.oneof(
      fc.record({
        zoom: fc.double({ min: 0.01, max: 100, noNaN: true }),
        anchor: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ pan: fc.double({ min: -3, max: 3, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 1e9 }), (steps, length) => {
        let shown = fitWindow(0, length, length);
        for (const one of steps) {
          shown =
            'pan' in one
              ? panWindow(shown, length, one.pan)
              : zoomWindow(shown, length, one.zoom, one.anchor);
          if (!shown) continue;
          expect(shown.from).toBeGreaterThanOrEqual(0);
          expect(shown.to).toBeLessThanOrEqual(length + 1e-6 * length);
          expect(shown.to - shown.from).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('moves only as far as it must to show a span', () => {
    const shown = { from: 100, to: 200 };
    expect(revealInWindow(shown, 1000, 120, 180)).toBe(shown);
    expect(revealInWindow(shown, 1000, 300, 320)).toEqual({ from: 230, to: 330 });
    expect(revealInWindow(undefined, 1000, 300, 320)).toBeUndefined();
  });
});

const laneOf = (id: string, parentAgentId?: string): Lane => ({
  agent: { key: id as AgentKey, id, name: id, ...(parentAgentId ? { parentAgentId } : {}) } as AgentState,
  segments: [],
  spans: [],
  rows: 1,
});

describe('createLaneRows', () => {
  const options = {
    collapsed: new Set<string>(),
    rowHeight: FINE_ROW,
    openHeight: 44,
    collapsedHeight: 44,
    above: 0,
  };
  const lines = (lanes: readonly Lane[], collapsed: readonly string[] = []) =>
    createLaneRows(lanes, { ...options, collapsed: new Set(collapsed) }).rows.map((row) =>
      row.kind === 'lane' ? `${'-'.repeat(row.depth)}${row.lane.agent.id}` : `[${row.lanes.length}]`,
    );
  const team = [laneOf('lead'), laneOf('other'), laneOf('a', 'lead'), laneOf('b', 'lead'), laneOf('a1', 'a')];

  it('puts agents below the one that started them, in boxes', () => {
    expect(lines(team)).toEqual(['lead', '[3]', '-a', '[1]', '--a1', '-b', 'other']);
    const { boxes } = createLaneRows(team, options);
    expect(boxes.map(({ from, to }) => [from, to])).toEqual([
      [3, 4],
      [1, 5],
    ]);
  });

  it('leaves one line of a collapsed box', () => {
    expect(lines(team, ['lead'])).toEqual(['lead', '[3]', 'other']);
  });

  it('shows every agent once, whatever the parents say', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const parent = fc.option(fc.constantFrom(...ids, 'gone'), { nil: undefined });
    fc.assert(
      fc.property(fc.array(parent, { minLength: 5, maxLength: 5 }), (parents) => {
        const { rows } = createLaneRows(
          ids.map((id, at) => laneOf(id, parents[at])),
          options,
        );
        expect(rows.flatMap((row) => (row.kind === 'lane' ? [row.lane.agent.id] : [])).sort()).toEqual(ids);
      }),
    );
  });
});

it('counts for each column of the map how many spans ran', () => {
  const lanes = [
    { ...laneOf('a'), ...pack([span('x', 0, 500), span('y', 700, 1000)]) },
    { ...laneOf('b'), ...pack([span('z', 250, 500, { status: 'error' })]) },
  ];
  const { busy, failed, most } = createRunProfile(lanes, createTimeAxis(0, 1000, [], 800), 1000);
  expect([busy[10], busy[100], busy[150], busy[200]]).toEqual([1, 2, 0, 1]);
  expect(most).toBe(2);
  expect(failed.indexOf(1)).toBe(120);
});
