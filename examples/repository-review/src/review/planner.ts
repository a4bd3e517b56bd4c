import type { TaskContext } from '@fleetglass/core';
import { chooseFiles, groupByProject } from '../tree/choose-files.js';
import { isScript } from '../tree/tree-entry.js';
import { planPrompt } from './prompts.js';
import type { ReviewState } from './state.js';
import type { Team } from './team.js';
import { ask } from './team.js';

/** Chooses the files that are reviewed, and says why these. */
export async function plan(
  team: Team,
  { dir, candidates, maxFiles, overview }: Readonly<ReviewState>,
  ctx: TaskContext,
): Promise<Partial<ReviewState>> {
  ctx.activity('Choosing files');
  const chosen = await ctx.tool(
    'choose files',
    () => groupByProject(chooseFiles(candidates, maxFiles), candidates),
    {
      input: { candidates: candidates.length, maxFiles },
    },
  );
  const of = overview?.files ?? candidates.length;
  const share = `${chosen.length} of ${of} files`;
  ctx.progress(chosen.length, of, share);
  ctx.log('info', `${share} will be reviewed`);

  // Loading a project takes seconds, in which the model can write. Whoever needs the result asks again.
  const scripts = chosen.map(({ path }) => path).filter(isScript);
  const [path] = scripts;
  if (path !== undefined) {
    const request = { session: ctx.runId, dir, path, alongside: scripts };
    team.semantic.check(request, ctx.signal).catch(() => undefined);
  }

  const { prose, call } = await ask(team, ctx, 'explain the plan', planPrompt(chosen, of));
  return { plan: chosen, planProse: prose, calls: [call] };
}
