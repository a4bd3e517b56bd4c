import { expect, it } from 'vitest';
import { createRecentValues } from './recent-values.js';

const weightOf = (text: string): number => text.length;

it('keeps what was asked for last', () => {
  const values = createRecentValues<string>({ weightOf, mostWeight: 100, mostValues: 2 });
  values.set('a', 'first');
  values.set('b', 'second');
  expect(values.get('a')).toBe('first');
  values.set('c', 'third');
  expect([values.get('a'), values.get('b'), values.get('c')]).toEqual(['first', undefined, 'third']);
});

it('keeps no more than so much in all, and nothing that is too much by itself', () => {
  const values = createRecentValues<string>({ weightOf, mostWeight: 10, mostValues: 9 });
  values.set('a', '123456');
  values.set('b', '1234');
  values.set('huge', '12345678901');
  expect([values.get('a'), values.get('b'), values.get('huge')]).toEqual(['123456', '1234', undefined]);
  values.set('b', '12345');
  expect([values.get('a'), values.get('b')]).toEqual([undefined, '12345']);
  values.clear();
  expect(values.get('b')).toBeUndefined();
});
