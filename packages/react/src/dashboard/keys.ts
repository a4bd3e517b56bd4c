/** A key with its modifiers, such as `mod+k` (Cmd on a Mac, Ctrl elsewhere), `/`, `?`, `mod+,`. */
export type KeyName = string;

/** The part of a keyboard event that matters. */
export interface KeyPress extends Pick<
  KeyboardEvent,
  'altKey' | 'ctrlKey' | 'isComposing' | 'key' | 'keyCode' | 'metaKey'
> {
  readonly target: EventTarget | null;
}

const FIELDS = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';

/**
 * Whether a press is meant for a shortcut. Never while a text is composed (input methods of Chinese or Japanese), and
 * within a field only with a modifier: there, letters are text.
 */
export function matchesKey(press: KeyPress, name: KeyName): boolean {
  const { modifier, key } = parseKey(name);
  if (isComposing(press) || press.altKey) return false;
  if ((press.metaKey || press.ctrlKey) !== modifier) return false;
  if (!modifier && press.target instanceof Element && press.target.closest(FIELDS)) return false;
  return press.key.toLowerCase() === key;
}

/** Whether a press belongs to a text that is being composed. */
export function isComposing(press: Pick<KeyPress, 'isComposing' | 'keyCode'>): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only sign in Safari, where composing has ended by then
  return press.isComposing || press.keyCode === 229;
}

function parseKey(name: KeyName): { readonly modifier: boolean; readonly key: string } {
  const modifier = name.startsWith('mod+');
  return { modifier, key: (modifier ? name.slice(4) : name).toLowerCase() };
}

/** As it is printed on the keyboard: `['⌘', 'K']` or `['Ctrl', 'K']`. */
export function keyCaps(name: KeyName, isMac: boolean): readonly string[] {
  const { modifier, key } = parseKey(name);
  const cap = key.length === 1 ? key.toUpperCase() : `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
  return modifier ? [isMac ? '⌘' : 'Ctrl', cap] : [cap];
}

/** Whether the keyboard has a Cmd key. */
export const isMacKeyboard = (): boolean =>
  typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent);
