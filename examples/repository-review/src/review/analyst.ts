import type { TaskContext } from '@fleetglass/core';
import { chooseFiles } from '../tree/choose-files.js';
import type { CommitSummary } from '../tree/git-history.js';
import { readHistory } from '../tree/git-history.js';
import { readTree } from '../tree/read-tree.js';
import type { TreeEntry } from '../tree/tree-entry.js';
import { overviewPrompt } from './prompts.js';
import type { Overview, ReviewState } from './state.js';
import type { Team } from './team.js';
import { ask } from './team.js';

/** Files that a run remembers to choose from; the most interesting ones, should there be more. */
const MAX_CANDIDATES = 2000;
const SHOWN_COMMITS = 20;

/** Reads the tree and the history, and says what kind of repository this is. */
export async function analyse(
  team: Team,
  { dir }: Readonly<ReviewState>,
  ctx: TaskContext,
): Promise<Partial<ReviewState>> {
  ctx.activity('Reading git log');
  const history = await ctx.tool('git log', async ({ signal }) => {
    const { commits, touched } = await readHistory(dir, signal);
    return { commits: commits.slice(0, SHOWN_COMMITS), touched: Object.fromEntries(touched) };
  });
  ctx.activity('Reading the tree');
  const tree = await ctx.tool('read tree', async ({ signal }) => {
    const touched = new Map(Object.entries(history.touched));
    const { entries, from, leftOut } = await readTree(dir, { commits: [], touched }, signal);
    return {
      from,
      leftOut,
      files: entries.length,
      kinds: countKinds(entries),
      candidates: chooseFiles(entries, MAX_CANDIDATES),
    };
  });
  const overview: Overview = {
    files: tree.files,
    leftOut: tree.leftOut,
    from: tree.from,
    kinds: tree.kinds,
    commits: history.commits satisfies readonly CommitSummary[],
  };
  ctx.log('info', `${tree.files} files can be reviewed, ${tree.leftOut} are left out`, { from: tree.from });

  ctx.activity('Describing the repository');
  const { prose, call } = await ask(
    team,
    ctx,
    'describe the repository',
    overviewPrompt(overview, tree.candidates),
  );
  return { overview, candidates: tree.candidates, overviewProse: prose, calls: [call] };
}

function countKinds(entries: readonly TreeEntry[]): Readonly<Record<string, number>> {
  const kinds: Record<string, number> = {};
  for (const { kind } of entries) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}
