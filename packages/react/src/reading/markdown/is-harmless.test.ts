import { describe, expect, it } from 'vitest';
import { isHarmless } from './is-harmless.js';
import { safeAddress } from './safe-address.js';

describe('what is laid out as Markdown', () => {
  it.each([
    [
      'ordinary text',
      '# Title\n\n- a\n  - b\n\n> quote\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```ts\nconst x = [1]\n```',
    ],
    ['nothing', ''],
  ])('is %s', (_, text) => {
    expect(isHarmless(text)).toBe(true);
  });

  it.each([
    ['quotes in quotes', '> '.repeat(10_000)],
    ['quotes without spaces', '>'.repeat(10_000)],
    ['lists in lists', '- '.repeat(5_000)],
    ['brackets', '['.repeat(10_000)],
    ['brackets with letters between', '[a'.repeat(10_000)],
    ['stars with letters between', '*a '.repeat(10_000)],
    ['quotes in lists in quotes', '- > '.repeat(5_000)],
    ['emphasis in emphasis', `${'*a '.repeat(300)}${'b* '.repeat(300)}`],
    ['quotes that go on without saying so', '> - a\nb\n'.repeat(1_000)],
    ['thousands of lines', '===\n'.repeat(4_000)],
    ['a wide table', `|${'a|'.repeat(4_000)}\n|${'-|'.repeat(4_000)}\n${'|\n'.repeat(500)}`],
    ['an indented line', ' '.repeat(500) + 'x'],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ])('is not %s', (_, text) => {
    expect(isHarmless(text)).toBe(false);
  });
});

it('offers addresses of the web and of mail only', () => {
  expect(['https://a.b', 'HTTP://a.b', 'mailto:a@b.c'].map(safeAddress)).toEqual([
    'https://a.b',
    'HTTP://a.b',
    'mailto:a@b.c',
  ]);
  const bad = [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:x',
    'data:text/html,x',
    '//a.b',
    '/a',
    '#a',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:x',
  ];
  expect(bad.map(safeAddress).join('')).toBe('');
});
