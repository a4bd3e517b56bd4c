import type { TaskContext } from '@fleetglass/core';
import { isFleetglassError } from '@fleetglass/core';
import { checkComplexity } from '../checks/complexity.js';
import type { CheckName, CheckResult } from '../checks/finding.js';
import { notRun } from '../checks/finding.js';
import { checkSecrets } from '../checks/secrets.js';
import { checkSize, countLines } from '../checks/size.js';
import { parseSource } from '../checks/source-file.js';
import { checkTodo } from '../checks/todo.js';
import { checkSyntax } from '../checks/typescript.js';
import { readText } from '../tree/read-text.js';
import { isScript } from '../tree/tree-entry.js';
import { reviewPrompt } from './prompts.js';
import type { Assignment, FileReview, ReviewState } from './state.js';
import { findingsOf } from './tally.js';
import type { Team } from './team.js';
import { ask } from './team.js';

/** Reads one file, runs every check that applies to it, and says what the results mean. */
export async function review(
  team: Team,
  state: Readonly<ReviewState & Assignment>,
  ctx: TaskContext,
): Promise<Partial<ReviewState>> {
  const { path } = state.file;
  ctx.activity(`Reading ${path}`);
  const text = await readText(state.dir, path).catch((error: unknown) => {
    if (isFleetglassError(error, 'BAD_INPUT')) return error;
    throw error;
  });
  if (typeof text !== 'string') {
    ctx.log('warn', text.message);
    return { reviews: [{ path, lines: 0, checks: {}, prose: '', unread: text.message }] };
  }
  const lines = countLines(text);
  ctx.file('read', { path, lines });

  const checks = await runChecks(checksFor(team, state, text, ctx.runId), path, ctx);
  const found: Omit<FileReview, 'prose'> = { path, lines, checks };
  const findings = findingsOf(found);
  if (findings.length > 0) ctx.log('info', `Findings in ${path}: ${findings.length}`);

  ctx.activity(`Writing about ${path}`);
  const { prose, call } = await ask(team, ctx, `review ${path}`, reviewPrompt(found, text));
  return { reviews: [{ ...found, prose }], calls: [call] };
}

type Check = (signal: AbortSignal) => CheckResult | Promise<CheckResult>;

/** The checks that apply to a file, in the order in which they run. */
function checksFor(
  team: Team,
  { dir, file: { path }, plan }: Readonly<ReviewState & Assignment>,
  text: string,
  session: string,
): readonly (readonly [CheckName, Check])[] {
  const source = isScript(path) ? parseSource(path, text) : undefined;
  const always: readonly (readonly [CheckName, Check])[] = [
    ['todo', () => checkTodo(path, text, source)],
    ['secrets', () => checkSecrets(path, text)],
    ['size', () => checkSize(path, text, source)],
  ];
  if (!source) return always;
  const syntax = checkSyntax(source);
  const alongside = plan.map((entry) => entry.path).filter(isScript);
  return [
    ['syntax', () => syntax],
    ['complexity', () => checkComplexity(source)],
    ...always,
    [
      'types',
      (signal) =>
        syntax.total > 0
          ? notRun('the file has syntax errors')
          : team.semantic.check({ session, dir, path, alongside }, signal),
    ],
  ];
}

async function runChecks(
  checks: readonly (readonly [CheckName, Check])[],
  path: string,
  ctx: TaskContext,
): Promise<FileReview['checks']> {
  const results: { [check in CheckName]?: CheckResult } = {};
  // One more step than checks: the model's.
  const steps = checks.length + 1;
  for (const [index, [name, check]] of checks.entries()) {
    ctx.progress(index, steps, name);
    results[name] = await ctx.tool(name, ({ signal }) => check(signal), { input: { path } });
  }
  ctx.progress(checks.length, steps, 'model');
  return results;
}
