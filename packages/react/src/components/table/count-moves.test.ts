import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countMoves } from './count-moves.js';

it('counts what came, went and moved', () => {
  expect(countMoves(['a', 'b', 'c'], ['a', 'b', 'c'])).toBe(0);
  expect(countMoves(['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'])).toBe(1);
  expect(countMoves(['a', 'b'], ['n', 'a', 'b'])).toBe(1);
  expect(countMoves(['a', 'b', 'c'], ['c', 'b', 'a'])).toBe(2);
  expect(countMoves(['a', 'b', 'c'], ['b', 'n'])).toBe(3);
});

it('is zero for the same order alone', () => {
  const ids = fc.uniqueArray(fc.string(), { maxLength: 20 });
  fc.assert(
    fc.property(ids, ids, (before, after) => {
      expect(countMoves(before, after) === 0).toBe(
        before.join('\n') === after.join('\n') && before.length === after.length,
      );
    }),
  );
});
