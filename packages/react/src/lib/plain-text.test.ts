import { expect, it } from 'vitest';
import { plainText } from './plain-text.js';

it('makes marks visible that would reverse or hide text', () => {
  expect(plainText('report\u202Egnp.exe')).toBe('report\uFFFDgnp.exe');
  expect(plainText('a\u0000b\u2066c')).toBe('a\uFFFDb\uFFFDc');
});

it('leaves words, line breaks and emoji alone', () => {
  const text = 'Zażółć\n\tγεια 👩‍🚀';
  expect(plainText(text)).toBe(text);
  expect(plainText(undefined)).toBeUndefined();
});
