import { describe, expect, it } from 'vitest';
import { createKeep } from './keep.js';

const namesOf = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `k${at}`);

describe('createKeep', () => {
  it('gives what has the same members the identity of the last one', () => {
    const keep = createKeep<readonly number[]>();
    const first = keep('a', [1, 2]);
    expect(keep('a', [1, 2])).toBe(first);
    const second = keep('a', [1, 3]);
    expect(second).toEqual([1, 3]);
    expect(keep('b', [1, 3])).not.toBe(second);
  });

  it('keeps as many as are asked for again and again', () => {
    const keep = createKeep<readonly string[]>();
    const names = namesOf(3_000);
    const ask = () => names.map((name) => keep(name, [name]));
    ask();
    const settled = ask();
    const third = ask();
    expect(third.filter((result, at) => result !== settled[at])).toEqual([]);
  });

  it('forgets what was asked for once', () => {
    const keep = createKeep<readonly string[]>();
    const first = keep('k0', ['k0']);
    for (const name of namesOf(2_000).slice(1)) keep(name, [name]);
    expect(keep('k0', ['k0'])).not.toBe(first);
  });
});
