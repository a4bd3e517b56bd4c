import { expect, it } from 'vitest';
import { keyCaps, matchesKey } from './keys.js';

const press = (key: string, more: object = {}) => ({
  key,
  keyCode: 0,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
  target: document.body,
  ...more,
});

it('takes Cmd or Ctrl for mod', () => {
  expect(matchesKey(press('K', { ctrlKey: true }), 'mod+k')).toBe(true);
  expect(matchesKey(press('k', { metaKey: true }), 'mod+k')).toBe(true);
  expect(matchesKey(press('k'), 'mod+k')).toBe(false);
  expect(matchesKey(press('/', { ctrlKey: true }), '/')).toBe(false);
});

it('leaves letters in fields alone, but not those with a modifier', () => {
  const target = document.createElement('input');
  expect(matchesKey(press('/', { target }), '/')).toBe(false);
  expect(matchesKey(press('k', { target, ctrlKey: true }), 'mod+k')).toBe(true);
});

it.each([{ isComposing: true }, { keyCode: 229 }, { altKey: true }])('is nothing with %j', (more) => {
  expect(matchesKey(press('?', more), '?')).toBe(false);
});

it('prints what is on the keyboard', () => {
  expect(keyCaps('mod+k', true)).toEqual(['⌘', 'K']);
  expect(keyCaps('mod+,', false)).toEqual(['Ctrl', ',']);
  expect(keyCaps('Escape', false)).toEqual(['Escape']);
});
