import fc from 'fast-check';
import { expect, it } from 'vitest';
import { segment } from './Doughnut.js';

const points = (path: string): readonly (readonly [number, number])[] =>
  [...path.matchAll(/(-?\d+\.\d\d) (-?\d+\.\d\d)/g)].map(([, x, y]) => [Number(x), Number(y)]);

it('draws a quarter from the top on, clockwise', () => {
  expect(points(segment(0, 0.25, 100))).toEqual([
    [0, -100],
    [100, -0],
    [62, -0],
    [0, -62],
  ]);
});

it('draws the whole as a ring without a seam and nothing as nothing', () => {
  expect(segment(0, 1, 80)).toMatch(/^(?:M[^MLZ]+Z){2}$/);
  expect(segment(0.4, 0.4, 80)).toBe('');
  expect(segment(0, Number.NaN, 80)).toBe('');
});

it('keeps within its radius, whatever the shares', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (a, b) => {
      for (const [x, y] of points(segment(Math.min(a, b), Math.max(a, b), 80))) {
        const distance = Math.hypot(x, y);
        expect(distance).toBeGreaterThan(49.5);
        expect(distance).toBeLessThan(80.1);
      }
    }),
  );
});
