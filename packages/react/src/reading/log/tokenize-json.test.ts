import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tokenizeJson } from './tokenize-json.js';

it('tells names, texts, numbers and words apart', () => {
  const kinds = tokenizeJson('{"a": "b\\"c", "n": -1.5e3, "t": true}').filter(
    ({ kind }) => !['mark', 'text'].includes(kind),
  );
  expect(kinds.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'name "a"',
    'string "b\\"c"',
    'name "n"',
    'number -1.5e3',
    'name "t"',
    'literal true',
  ]);
});

it('loses nothing of any line', () => {
  const line = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('"', '\\', '{', '1', '-', ':', 'x', ' ') }),
  );
  fc.assert(
    fc.property(line, (text) => {
      expect(
        tokenizeJson(text)
          .map((token) => token.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

it('looks at the beginning of a long line only', () => {
  const tokens = tokenizeJson('[1,'.repeat(400_000));
  expect(tokens.length).toBeLessThan(6_000);
  expect(tokens.at(-1)?.text.length).toBeGreaterThan(1_000_000);
});
