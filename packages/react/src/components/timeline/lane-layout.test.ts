import type { SpanKey, SpanState } from '@fleetglass/core/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countSqueezed,
  drawLane,
  MAX_ROWS,
  rowCountOf,
  rowOf,
  rowTop,
  spanAt,
  statusStretches,
} from './lane-layout.js';
import { createTimeScale, timeAt, xOf } from './time-scale.js';

const span = (
  id: string,
  startedAt: number,
  endedAt: number | undefined,
  kind: SpanState['kind'] = 'model',
) =>
  ({
    key: id as SpanKey,
    id,
    kind,
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
  }) satisfies SpanState;

/** Each span that overlaps the ones before it in a row of its own. */
function lane(spans: readonly SpanState[]) {
  const freeAt: number[] = [];
  const placed = spans.map((each) => {
    const free = freeAt.findIndex((time) => time <= each.startedAt);
    const row = free < 0 ? freeAt.length : free;
    freeAt[row] = each.endedAt ?? Number.POSITIVE_INFINITY;
    return { span: each, row };
  });
  return { spans: placed, rows: Math.max(1, freeAt.length) };
}
const numbers = (paths: ReturnType<typeof drawLane>): number =>
  [...paths.done, ...paths.running].reduce((sum, { d }) => sum + d.split('M').length - 1, 0);

it('draws what does not fit into the last row, and counts it', () => {
  const many = lane(Array.from({ length: MAX_ROWS + 3 }, (_, index) => span(`s${index}`, 0, undefined)));
  expect(rowCountOf(many)).toBe(MAX_ROWS);
  expect(countSqueezed(many)).toBe(3);
  expect(many.spans.every((placed) => rowOf(placed) < MAX_ROWS)).toBe(true);
  expect(countSqueezed(lane([span('a', 0, 5), span('b', 5, 9)]))).toBe(0);
});

describe('drawLane', () => {
  it('draws a number of bars that the width bounds, not the spans', () => {
    const scale = createTimeScale(0, 1_000_000, 400, false);
    const many = Array.from({ length: 20_000 }, (_, index) => span(`s${index}`, index * 50, index * 50 + 40));
    expect(numbers(drawLane(lane(many), scale, 1_000_000))).toBeLessThan(200);
  });

  it('leaves finished bars where they are while time goes on within a step of the scale', () => {
    const work = lane([span('a', 1000, 2000), span('b', 3000, undefined)]);
    const at = (now: number) => drawLane(work, createTimeScale(0, now, 800, true), now);
    expect(at(5200).done).toEqual(at(5700).done);
    expect(at(5200).running).not.toEqual(at(5700).running);
  });
});

it('finds the span under the pointer, and none beside it', () => {
  const scale = createTimeScale(0, 10_000, 1000, false);
  const packed = lane([span('a', 1000, 3000), span('b', 2000, 4000)]);
  const y = (row: number) => rowTop(packed.rows, row) + 6;
  expect(spanAt(packed, scale, 10_000, { x: xOf(scale, 2500), y: y(0) })?.span.id).toBe('a');
  expect(spanAt(packed, scale, 10_000, { x: xOf(scale, 2500), y: y(1) })?.span.id).toBe('b');
  expect(spanAt(packed, scale, 10_000, { x: xOf(scale, 8000), y: y(0) })).toBeUndefined();
});

it('joins statuses that follow each other into stretches', () => {
  const scale = createTimeScale(0, 10_000, 1000, false);
  const stretches = statusStretches(
    [
      { from: 0, to: 2000, status: 'active' },
      { from: 2000, to: 5000, status: 'active', activity: 'more' },
      { from: 5000, status: 'waiting' },
    ],
    scale,
    10_000,
  );
  expect(stretches.map(({ status }) => status)).toEqual(['active', 'waiting']);
});

describe('createTimeScale', () => {
  it('keeps labels apart and time inside', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 1, max: 3e10 }),
        fc.integer({ min: 200, max: 2000 }),
        fc.boolean(),
        (start, length, width, open) => {
          const scale = createTimeScale(start, start + length, width, open);
          expect(scale.end).toBeGreaterThanOrEqual(start + length);
          expect(scale.ticks.length).toBeLessThanOrEqual(width / 60 + 2);
          expect(timeAt(scale, xOf(scale, start + length))).toBeCloseTo(start + length, -1);
        },
      ),
    );
  });
});
