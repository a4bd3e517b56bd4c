import type { KeyName } from './keys.js';

/** What a key can do in the dashboard. */
export type ShortcutName =
  'palette' | 'search' | 'help' | 'settings' | 'theme' | 'newAgent' | 'newTask' | 'escape';

/** Keys of the shortcuts; a host may replace some. `escape` is the browser's own and cannot be replaced. */
export type ShortcutKeys = { readonly [S in ShortcutName]: KeyName };

/**
 * Browsers keep `mod+n` and `mod+t` for themselves in an ordinary window; they reach an installed app. A host that
 * lives in a tab gives them other keys.
 */
export const SHORTCUT_KEYS: ShortcutKeys = {
  palette: 'mod+k',
  search: '/',
  help: '?',
  settings: 'mod+,',
  theme: 'mod+d',
  newAgent: 'mod+n',
  newTask: 'mod+t',
  escape: 'Escape',
};
