import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstLine, inChunks, lengthWithin } from './cut-text.js';
import { countMatches, createMatcher, splitMatches } from './find-matches.js';

describe('matches', () => {
  it('are found in any case and marked in order', () => {
    expect(splitMatches('Aa-b-AA', createMatcher('aa')).map(({ text, match }) => [text, match])).toEqual([
      ['Aa', 0],
      ['-b-', undefined],
      ['AA', 1],
    ]);
    expect(createMatcher('  ')).toBeUndefined();
  });

  it('take the query as it is, and lose nothing of the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, query) => {
        const matcher = createMatcher(query);
        expect(
          splitMatches(text, matcher)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
        if (query.trim() !== '') expect(countMatches(`x${query.trim()}`, matcher)).toBeGreaterThan(0);
      }),
    );
  });
});

describe('long texts', () => {
  it('are cut at the bound, never in the middle of a character', () => {
    expect(lengthWithin('a\nb\nc', { characters: 100, lines: 2 })).toBe(3);
    expect(lengthWithin('ab😀', { characters: 3, lines: 9 })).toBe(2);
    expect(firstLine('  one\ntwo')).toBe('one');
  });

  it('are the same in pieces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\n', ' ') }),
        fc.integer({ min: 1, max: 9 }),
        (text, size) => {
          expect(inChunks(text, size).join('')).toBe(text);
          const length = lengthWithin(text, { characters: size, lines: 2 });
          expect(text.slice(0, length).split('\n').length).toBeLessThanOrEqual(2);
        },
      ),
    );
  });
});
