import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskContext } from '@fleetglass/core';
import { FleetglassError } from '@fleetglass/core';
import { countLines } from '../checks/size.js';
import { summaryPrompt } from './prompts.js';
import { writeReport } from './report.js';
import type { ReviewState } from './state.js';
import type { Team } from './team.js';
import { ask } from './team.js';

/** Says what matters most, and writes the report. */
export async function summarise(
  team: Team,
  state: Readonly<ReviewState>,
  ctx: TaskContext,
): Promise<Partial<ReviewState>> {
  ctx.activity('Summing up');
  const { prose, call } = await ask(team, ctx, 'sum up', summaryPrompt(state.reviews));
  const complete = { ...state, summaryProse: prose, calls: [...state.calls, call] };

  ctx.activity('Writing the report');
  // Each run writes its own: a fork must not take the result of another one's for it.
  const report = await ctx.tool(
    'write report',
    async () => {
      const markdown = writeReport(complete, { runId: ctx.runId, time: team.clock.now() });
      const path = await save(team.reports, ctx.runId, markdown);
      return { path, lines: countLines(markdown) };
    },
    { input: { runId: ctx.runId, publish: state.publish } },
  );
  ctx.file('created', report);
  ctx.log('info', `The report is in ${report.path}`);
  return { summaryProse: prose, calls: [call], report: report.path };
}

/** Writes it beside and renames it, so that nobody ever reads half a report. */
async function save(folder: string, runId: string, markdown: string): Promise<string> {
  if (!/^[\w-]{1,100}$/.test(runId)) throw new FleetglassError('BAD_INPUT', 'The run’s id is no file name.');
  const name = `${runId}.md`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.part`), markdown);
  await rename(join(folder, `${name}.part`), join(folder, name));
  return `reports/${name}`;
}
