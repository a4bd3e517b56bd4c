import { defineLabels } from '../labels/define-labels.js';
import type { CommandGroup } from './commands.js';
import type { ShortcutName } from './shortcuts.js';

export interface PaletteLabels {
  readonly heading: string;
  readonly field: string;
  readonly results: string;
  readonly groups: { readonly [G in CommandGroup]: string };
  readonly goTo: (page: string) => string;
  readonly theme: (theme: string) => string;
  readonly density: (density: string) => string;
  readonly settings: string;
  readonly help: string;
  readonly newAgent: string;
  readonly newTask: string;
  readonly nothing: (query: string) => string;
  readonly found: (count: string) => string;
}

export const paletteLabels = defineLabels<PaletteLabels>('palette', {
  heading: 'Search',
  field: 'Search runs, agents, pages and actions',
  results: 'Results',
  groups: { runs: 'Runs', agents: 'Agents', pages: 'Pages', actions: 'Actions' },
  goTo: (page) => `Go to ${page}`,
  theme: (theme) => `Theme: ${theme}`,
  density: (density) => `Density: ${density}`,
  settings: 'Open settings',
  help: 'Keyboard shortcuts',
  newAgent: 'New agent',
  newTask: 'New task',
  nothing: (query) => `Nothing is called “${query}”.`,
  found: (count) => (count === '1' ? '1 result' : `${count} results`),
});

export interface ShortcutsLabels {
  readonly heading: string;
  readonly off: string;
  readonly turnOn: string;
  readonly keys: string;
  readonly action: string;
  readonly names: { readonly [S in ShortcutName]: string };
}

export const shortcutsLabels = defineLabels<ShortcutsLabels>('shortcuts', {
  heading: 'Keyboard shortcuts',
  off: 'They are off: this page belongs to its host, whose keys go first.',
  turnOn: 'Turn them on',
  keys: 'Keys',
  action: 'What they do',
  names: {
    palette: 'Search runs, agents, pages and actions',
    search: 'Go to the search field',
    help: 'Show these shortcuts',
    settings: 'Open the settings',
    theme: 'Change the theme',
    newAgent: 'New agent',
    newTask: 'New task',
    escape: 'Close a dialog',
  },
});
