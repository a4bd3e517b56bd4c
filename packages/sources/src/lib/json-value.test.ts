import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArguments } from './json-value.js';

describe('parseArguments', () => {
  it('reads any JSON text, however it is spaced', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ noUnicodeString: false }),
        fc.constantFrom('', ' ', '\n\t'),
        (value, space) => {
          const text = `${space}${JSON.stringify(value, undefined, space)}${space}`;
          const expected: unknown = JSON.parse(text, (key, part: unknown) =>
            key === '__proto__' ? undefined : part,
          );
          expect(parseArguments(text)).toEqual(expected);
        },
      ),
    );
  });

  it.each(['', 'ls -la', '[cut]', '{half', 'nullable', '*** Begin Patch', '[1', '-'])(
    'keeps %j, which is none',
    (text) => {
      expect(parseArguments(text)).toBe(text);
    },
  );

  it('takes out keys by which a copy could get a foreign prototype', () => {
    const value = parseArguments('{"a":{"__proto__":{"polluted":true}}}');
    expect(Object.keys((value as { a: object }).a)).toEqual([]);
    expect(parseArguments('[{"__proto__":""}]')).toEqual([{}]);
  });
});
