import type { Finding } from './checks/finding.js';
import type { PromptResults } from './review/prompts.js';
import type { TreeEntry } from './tree/tree-entry.js';

/** What the results of each job look like; see `review/prompts.ts`, which writes them. */
interface OverviewResults {
  readonly files: number;
  readonly kinds: { readonly [kind: string]: number };
  readonly commits: readonly { readonly date: string; readonly subject: string }[];
  readonly largest: readonly { readonly path: string; readonly bytes: number }[];
  readonly busiest: readonly { readonly path: string; readonly commits: number }[];
}
interface PlanResults {
  readonly chosen: number;
  readonly of: number;
  readonly files: readonly TreeEntry[];
}
interface ReviewResults {
  readonly file: string;
  readonly lines: number;
  readonly checks: readonly { readonly check: string; readonly ran: boolean; readonly note: string }[];
  readonly findings: readonly Finding[];
  readonly more: number;
}
interface SummaryResults {
  readonly reviewed: number;
  readonly files: readonly {
    readonly file: string;
    readonly errors: number;
    readonly warnings: number;
    readonly notes: number;
  }[];
  readonly errors: readonly Finding[];
}

/** Composes an answer from the tool results of a prompt, and from nothing else. */
export function composeAnswer(results: PromptResults | undefined): string {
  switch (results?.job) {
    case 'overview':
      return overview(results as unknown as OverviewResults);
    case 'plan':
      return plan(results as unknown as PlanResults);
    case 'review':
      return review(results as unknown as ReviewResults);
    case 'summary':
      return summary(results as unknown as SummaryResults);
    case undefined:
      return 'The prompt holds no tool results, so there is nothing to say.';
  }
}

const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

function overview({ files, kinds, commits, largest, busiest }: OverviewResults): string {
  const parts = Object.entries(kinds)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, number]) => `${number} ${kind}`);
  const [newest] = commits;
  const sentences = [`The folder holds ${count(files, 'reviewable file')}: ${list(parts)}.`];
  const [biggest] = largest;
  if (biggest) sentences.push(`The largest is ${biggest.path} with ${biggest.bytes} bytes.`);
  const busy = busiest.filter((entry) => entry.commits > 0).slice(0, 3);
  if (busy.length > 0) {
    sentences.push(
      `Most work goes into ${list(busy.map((entry) => `${entry.path} (${count(entry.commits, 'commit')})`))}.`,
    );
  }
  sentences.push(
    newest ? `The newest commit, of ${newest.date}, is “${newest.subject}”.` : 'There is no history to read.',
  );
  return sentences.join(' ');
}

function plan({ chosen, of, files }: PlanResults): string {
  if (chosen === 0) return 'There is nothing to review in this folder.';
  const first = files.slice(0, 5).map(({ path }) => path);
  const tests = files.filter(({ kind }) => kind === 'test').length;
  return [
    `We read ${chosen} of ${count(of, 'file')}.`,
    `We start with ${list(first)}, which are large or change often.`,
    tests > 0
      ? `${count(tests, 'file')} of the plan ${tests === 1 ? 'is a test' : 'are tests'}.`
      : 'No test is among them.',
  ].join(' ');
}

function review({ file, lines, checks, findings, more }: ReviewResults): string {
  const ran = checks.filter((check) => check.ran).map((check) => check.check);
  const not = checks.filter((check) => !check.ran);
  const sentences = [`${file} has ${count(lines, 'line')}; ${list(ran)} ran.`];
  const total = findings.length + more;
  if (total === 0) {
    sentences.push('Nothing was found: the file can stay as it is.');
  } else {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    sentences.push(
      `${count(total, 'finding')}${errors > 0 ? `, ${count(errors, 'error')} among them` : ''}.`,
    );
    for (const { line, message, check } of findings.slice(0, 4)) {
      sentences.push(`Line ${line}: ${message.replace(/\.$/, '')}. ${ADVICE[check]}`);
    }
  }
  for (const { check, note } of not) sentences.push(`${check} did not run: ${note}.`);
  return sentences.join(' ');
}

const ADVICE: Readonly<Record<Finding['check'], string>> = {
  syntax: 'Nothing can run before this is fixed.',
  types: 'The compiler is right until shown otherwise: fix the types before anything else.',
  complexity: 'Name the cases and move each into a function of its own.',
  todo: 'Do it or file it; a comment reminds nobody.',
  secrets: 'Revoke it, then read it from the environment.',
  size: 'Find the second reason to change and move it out.',
};

function summary({ reviewed, files, errors }: SummaryResults): string {
  const sum = (pick: (file: SummaryResults['files'][number]) => number): number =>
    files.reduce((total, file) => total + pick(file), 0);
  const sentences = [
    `${count(reviewed, 'file')} were reviewed: ${count(
      sum((file) => file.errors),
      'error',
    )}, ${count(
      sum((file) => file.warnings),
      'warning',
    )} and ${count(
      sum((file) => file.notes),
      'note',
    )}.`,
  ];
  for (const { file, line, message } of errors.slice(0, 3))
    sentences.push(`${file}, line ${line}: ${message.replace(/\.$/, '')}.`);
  const worst = files.filter((file) => file.errors + file.warnings > 0).slice(0, 3);
  sentences.push(
    worst.length > 0
      ? `Begin with ${list(worst.map(({ file }) => file))}.`
      : 'No file needs attention before the others.',
  );
  return sentences.join(' ');
}
