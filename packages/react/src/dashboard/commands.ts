import type { KeyName } from './keys.js';

/** Under which heading a command stands. */
export type CommandGroup = 'runs' | 'agents' | 'pages' | 'actions';

/** Something that the palette finds and carries out. */
export interface DashboardCommand {
  readonly id: string;
  readonly group: CommandGroup;
  /** What it is called, and found by. */
  readonly label: string;
  /** Beside the label, smaller; found by it too. */
  readonly hint?: string | undefined;
  /** More words to find it by. */
  readonly keywords?: string | undefined;
  /** Key that does the same, as in `mod+k`. */
  readonly keys?: KeyName | undefined;
  readonly run: () => void;
}

export const COMMAND_GROUPS = [
  'actions',
  'pages',
  'runs',
  'agents',
] as const satisfies readonly CommandGroup[];

/** Most results of a group. */
const MOST = 8;

/** Commands that hold every word of the query, those whose label begins with it first; in the order of the groups. */
export function findCommands(
  commands: readonly DashboardCommand[],
  query: string,
): readonly DashboardCommand[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands
    .map((command) => ({ command, rank: rankOf(command, words) }))
    .filter(({ rank }) => rank >= 0);
  const best = (group: CommandGroup) =>
    found
      .filter(({ command }) => command.group === group)
      // A stable sort: equal ones stay in their own order.
      .sort((a, b) => a.rank - b.rank)
      .slice(0, MOST)
      .map(({ command }) => command);
  const groups =
    words.length === 0
      ? COMMAND_GROUPS
      : [...COMMAND_GROUPS].sort((a, b) => bestRank(found, a) - bestRank(found, b));
  return groups.flatMap(best);
}

type Ranked = { readonly command: DashboardCommand; readonly rank: number };

const bestRank = (found: readonly Ranked[], group: CommandGroup): number =>
  Math.min(9, ...found.filter(({ command }) => command.group === group).map(({ rank }) => rank));

/** 0 for a label that begins with the words, 1 for one whose words begin so, 2 for the rest, -1 for no match. */
function rankOf({ label, hint = '', keywords = '' }: DashboardCommand, words: readonly string[]): number {
  const name = label.toLowerCase();
  const text = `${name}\n${hint}\n${keywords}`.toLowerCase();
  if (!words.every((word) => text.includes(word))) return -1;
  if (words.length === 0 || name.startsWith(words.join(' '))) return 0;
  return words.every((word) => ` ${name}`.includes(` ${word}`)) ? 1 : 2;
}
