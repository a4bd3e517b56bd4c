import { describe, expect, it } from 'vitest';
import { createBoundedMap } from './bounded-map.js';

describe('createBoundedMap', () => {
  it('forgets its oldest entry when it is full and hands it back', () => {
    const map = createBoundedMap<string, number>(2);
    expect([map.set('a', 1), map.set('b', 2), map.set('b', 3), map.set('c', 4)]).toEqual([
      undefined,
      undefined,
      undefined,
      1,
    ]);
    expect(map.entries()).toEqual([
      ['b', 3],
      ['c', 4],
    ]);
    map.delete('b');
    expect([map.has('b'), map.get('c'), map.size, [...map.values()]]).toEqual([false, 4, 1, [4]]);
  });
});
