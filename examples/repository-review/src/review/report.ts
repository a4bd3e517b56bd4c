import { NANO_PER_USD } from '@fleetglass/core';
import { basename } from 'node:path';
import type { AgentTally } from './tally.js';
import { findingsOf, sumCalls, tallyCalls, tallyChecks } from './tally.js';
import type { FileReview, ReviewState } from './state.js';

export interface ReportFacts {
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** The report of a run in Markdown: what checks found, then, apart from it, what models wrote, then what it cost. */
export function writeReport(state: ReviewState, { runId, time }: ReportFacts): string {
  const reviews = [...state.reviews].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [
    `# Review of ${text(basename(state.dir))}`,
    '',
    `Run ${code(runId)}, ${new Date(time).toISOString()}. ${state.plan.length} of ${state.overview?.files ?? state.plan.length} files.`,
    '',
    ...checksTable(reviews),
    ...findingsSection(reviews, state.publish === 'publish without notes'),
    ...notCheckedSection(reviews),
    ...proseSection(state, reviews),
    ...costSection(state),
  ].join('\n');
}

function checksTable(reviews: readonly FileReview[]): readonly string[] {
  const rows = tallyChecks(reviews).map(
    ({ check, ran, notRun, counts, unlisted }) =>
      `| ${check} | ${ran} | ${notRun} | ${counts.error} | ${counts.warning} | ${counts.info} | ${unlisted} |`,
  );
  return [
    '## Checks',
    '',
    '| check | files checked | not run | errors | warnings | notes | not listed |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...rows,
    '',
    'Complexity is cyclomatic: 1 + `if`, `?:`, loops, `case`, `catch`, `&&`, `||` and `??` of a function.',
    '',
  ];
}

function findingsSection(reviews: readonly FileReview[], withoutNotes: boolean): readonly string[] {
  const lines = reviews.flatMap((review) => {
    const findings = findingsOf(review).filter(({ severity }) => !(withoutNotes && severity === 'info'));
    if (findings.length === 0) return [];
    return [
      `### ${text(review.path)}`,
      '',
      ...findings.map(
        ({ check, rule, severity, file, line, message }) =>
          `- ${code(`${file}:${line}`)} **${severity}** ${text(message)} (${check}, ${code(rule)})`,
      ),
      '',
    ];
  });
  const nothing = withoutNotes ? 'The checks found nothing but notes.' : 'The checks found nothing.';
  return [
    '## Findings',
    '',
    ...(withoutNotes ? ['Notes are counted above and left out here, as was decided.', ''] : []),
    ...(lines.length > 0 ? lines : [nothing, '']),
  ];
}

function notCheckedSection(reviews: readonly FileReview[]): readonly string[] {
  const lines = reviews.flatMap((review) => {
    if (review.unread !== undefined) return [`- ${code(review.path)}: ${text(review.unread)}`];
    return Object.entries(review.checks).flatMap(([check, result]) =>
      !result.ran ? [`- ${code(review.path)}: ${check}: ${text(result.note)}`] : [],
    );
  });
  return lines.length === 0 ? [] : ['## Not checked', '', ...lines, ''];
}

function proseSection(state: ReviewState, reviews: readonly FileReview[]): readonly string[] {
  const parts = [
    { title: 'Summary', prose: state.summaryProse },
    { title: 'The repository', prose: state.overviewProse },
    { title: 'The plan', prose: state.planProse },
    ...reviews.map(({ path, prose }) => ({ title: path, prose })),
  ].filter(({ prose }) => prose.trim() !== '');
  return [
    '## What the model wrote',
    '',
    isSimulated(state)
      ? 'Written by a simulated model from the results above. It is no evidence; the findings are.'
      : 'Written by a model that saw the results above. It is no evidence; the findings are.',
    '',
    ...parts.flatMap(({ title, prose }) => [`**${text(title)}**`, '', quote(prose), '']),
  ];
}

function costSection(state: ReviewState): readonly string[] {
  const row = ({ agent, calls, inputTokens, outputTokens, nanoUsd, unknownCalls }: AgentTally): string =>
    `| ${text(agent)} | ${calls} | ${inputTokens} | ${outputTokens} | ${unknownCalls > 0 ? '≥ ' : ''}${usd(nanoUsd)} |`;
  const models = [...new Set(state.calls.map(({ model }) => model))].map(code).join(', ');
  const bases = [...new Set(state.calls.map(({ cost }) => cost.basis))].join(', ');
  return [
    isSimulated(state) ? '## Cost (simulated)' : '## Cost',
    '',
    '| agent | model calls | input tokens | output tokens | cost in USD |',
    '|---|--:|--:|--:|--:|',
    ...tallyCalls(state.calls).map(row),
    row({ agent: 'all', ...sumCalls(state.calls) }),
    '',
    `Model: ${models || 'none'}. Basis of the cost: ${bases || 'none'}.`,
    ...(isSimulated(state)
      ? [
          'Nothing was paid: tokens are counted on the real prompts and answers and priced by the model’s list price.',
        ]
      : []),
    '',
  ];
}

/** Whether any of it was answered without a real model. */
function isSimulated({ calls }: Pick<ReviewState, 'calls'>): boolean {
  return calls.some(({ cost }) => cost.basis === 'simulated');
}

function usd(nanoUsd: number): string {
  return (nanoUsd / NANO_PER_USD).toFixed(6);
}

/** Text of the repository or a model as Markdown that shows it and does nothing else. */
function text(value: string): string {
  return value
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/^(\s*)([#>+=-])/, '$1\\$2')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

function code(value: string): string {
  const content = value.replace(/[\r\n]+/g, ' ');
  const fence = '`'.repeat(1 + Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length)));
  const pad = content.startsWith('`') || content.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}

function quote(prose: string): string {
  return prose
    .trim()
    .split(/\r?\n/)
    .map((line) => `> ${text(line)}`)
    .join('\n');
}
