import { expect, it } from 'vitest';
import { findCommands } from './commands.js';
import type { CommandGroup, DashboardCommand } from './commands.js';

const command = (
  group: CommandGroup,
  label: string,
  more: Partial<DashboardCommand> = {},
): DashboardCommand => ({
  id: label,
  group,
  label,
  run: () => {},
  ...more,
});
const ALL = [
  command('actions', 'Theme: Dark'),
  command('pages', 'Go to Runs'),
  command('runs', 'Nightly review', { hint: 'Failed', keywords: 'run-7' }),
  command('runs', 'Review the login'),
  command('agents', 'REVIEWER', { hint: 'Nightly review' }),
];
const find = (query: string) => findCommands(ALL, query).map(({ label }) => label);

it('finds by all words, in labels, hints and keywords, whatever their case', () => {
  expect(find('NIGHTLY failed')).toEqual(['Nightly review']);
  expect(find('run-7')).toEqual(['Nightly review']);
  expect(find('nothing like it')).toEqual([]);
});

it('puts what begins with the words first, and the group of the best first', () => {
  expect(find('review')).toEqual(['Review the login', 'Nightly review', 'REVIEWER']);
  expect(find('theme')[0]).toBe('Theme: Dark');
});

it('shows actions and pages before anything is written', () => {
  expect(find('').slice(0, 2)).toEqual(['Theme: Dark', 'Go to Runs']);
});
