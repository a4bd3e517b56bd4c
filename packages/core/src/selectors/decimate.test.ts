import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from './decimate.js';

const lines = fc
  .array(fc.record({ step: fc.double({ min: 0, max: 1e6, noNaN: true }), y: fc.integer() }), {
    minLength: 1,
    maxLength: 2_000,
  })
  .map((parts) => {
    let x = 0;
    return parts.map(({ step, y }) => ({ x: (x += step), y }));
  });

const xOf = ({ x }: { readonly x: number }): number => x;
const yOf = ({ y }: { readonly y: number }): number => y;

describe('decimate', () => {
  it('keeps the ends, the lowest and the highest, in their order, and never more than asked for', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 6, max: 100 }), (points, most) => {
        const kept = decimate(points, most, xOf, yOf);
        expect(kept.length).toBeLessThanOrEqual(Math.max(most, 1));
        expect(kept[0]).toBe(points[0]);
        expect(kept.at(-1)).toBe(points.at(-1));
        const ys = points.map(({ y }) => y);
        const keptYs = new Set(kept.map(({ y }) => y));
        expect(keptYs).toContain(ys.reduce((a, b) => Math.max(a, b)));
        expect(keptYs).toContain(ys.reduce((a, b) => Math.min(a, b)));
        expect(kept.every((point, at) => at === 0 || point.x >= (kept[at - 1]?.x ?? 0))).toBe(true);
      }),
    );
  });

  it('gives few points back as they are', () => {
    const points = [
      { x: 0, y: 1 },
      { x: 1, y: 2 },
    ];
    expect(decimate(points, 400, xOf, yOf)).toBe(points);
  });
});
