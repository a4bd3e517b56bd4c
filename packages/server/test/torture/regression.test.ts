import { expect, it } from 'vitest';
import { lineThrough } from './regression.js';

it('finds the slope of samples, and how sure it is of it', () => {
  const exact = lineThrough([1, 2, 3, 5].map((x) => [x, 3 * x - 1]));
  expect(exact.slope).toBeCloseTo(3);
  expect(exact.error).toBeCloseTo(0);
  expect(exact.length).toBe(4);
  // Slope 0.5; residuals 0.25, -0.75, 0.75, -0.25; squares 1.25 over 2 degrees and a spread of 5.
  const noisy = lineThrough([
    [0, 1],
    [1, 0.5],
    [2, 2.5],
    [3, 2],
  ]);
  expect(noisy.slope).toBeCloseTo(0.5);
  expect(noisy.error).toBeCloseTo(Math.sqrt(1.25 / 2 / 5));
});

it('says of too few samples that there is no line', () => {
  expect(lineThrough([[1, 1]]).length).toBe(0);
  expect(
    lineThrough([
      [1, 1],
      [1, 2],
      [1, 3],
    ]).length,
  ).toBe(0);
});
