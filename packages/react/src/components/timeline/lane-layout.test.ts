import type { SpanKey, SpanState } from '@fleetglass/core/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawLane, MAX_ROWS, packSpans, rowTop, spanAt, statusStretches } from './lane-layout.js';
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

const spans = fc.array(
  fc
    .tuple(fc.nat(1000), fc.option(fc.nat(300), { nil: undefined }))
    .map(([start, length]) => ({ start, length })),
  { maxLength: 60 },
);
const build = (parts: readonly { readonly start: number; readonly length: number | undefined }[]) =>
  parts.map(({ start, length }, index) =>
    span(`s${index}`, start, length === undefined ? undefined : start + length),
  );
const numbers = (paths: ReturnType<typeof drawLane>): number =>
  [...paths.done, ...paths.running].reduce((sum, { d }) => sum + d.split('M').length - 1, 0);

describe('packSpans', () => {
  it('puts spans that overlap into different rows, unless there are too many', () => {
    fc.assert(
      fc.property(spans, (parts) => {
        const packed = packSpans(build(parts));
        expect(packed.rowCount).toBeLessThanOrEqual(MAX_ROWS);
        const overlapping = packed.spans.flatMap((a, i) =>
          packed.spans.slice(i + 1).filter((b, j) => {
            const sameRow = packed.rows[i] === packed.rows[i + 1 + j];
            return sameRow && b.startedAt < (a.endedAt ?? Number.POSITIVE_INFINITY);
          }),
        );
        if (packed.squeezed === 0) expect(overlapping).toEqual([]);
      }),
    );
  });

  it('needs one row for work that follows one another', () => {
    expect(packSpans([span('a', 0, 5), span('b', 5, 9)]).rowCount).toBe(1);
  });

  it('counts what shares the last row', () => {
    const many = Array.from({ length: MAX_ROWS + 3 }, (_, index) => span(`s${index}`, 0, undefined));
    expect(packSpans(many)).toMatchObject({ rowCount: MAX_ROWS, squeezed: 3 });
  });
});

describe('drawLane', () => {
  it('draws a number of bars that the width bounds, not the spans', () => {
    const scale = createTimeScale(0, 1_000_000, 400, false);
    const many = Array.from({ length: 20_000 }, (_, index) => span(`s${index}`, index * 50, index * 50 + 40));
    expect(numbers(drawLane(packSpans(many), scale, 1_000_000))).toBeLessThan(200);
  });

  it('leaves finished bars where they are while time goes on within a step of the scale', () => {
    const lane = packSpans([span('a', 1000, 2000), span('b', 3000, undefined)]);
    const at = (now: number) => drawLane(lane, createTimeScale(0, now, 800, true), now);
    expect(at(5200).done).toEqual(at(5700).done);
    expect(at(5200).running).not.toEqual(at(5700).running);
  });
});

it('finds the span under the pointer, and none beside it', () => {
  const scale = createTimeScale(0, 10_000, 1000, false);
  const packed = packSpans([span('a', 1000, 3000), span('b', 2000, 4000)]);
  const y = (row: number) => rowTop(packed.rowCount, row) + 6;
  expect(spanAt(packed, scale, 10_000, { x: xOf(scale, 2500), y: y(0) })?.id).toBe('a');
  expect(spanAt(packed, scale, 10_000, { x: xOf(scale, 2500), y: y(1) })?.id).toBe('b');
  expect(spanAt(packed, scale, 10_000, { x: xOf(scale, 8000), y: y(0) })).toBeUndefined();
});

it('joins statuses that follow each other into stretches', () => {
  const scale = createTimeScale(0, 10_000, 1000, false);
  const stretches = statusStretches(
    [
      { time: 0, status: 'active' },
      { time: 2000, status: 'active', activity: 'more' },
      { time: 5000, status: 'waiting' },
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
