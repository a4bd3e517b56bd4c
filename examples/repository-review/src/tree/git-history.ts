import { git } from './git.js';

export type CommitSummary = {
  readonly hash: string;
  /** ISO date. */
  readonly date: string;
  readonly subject: string;
};

/** What `git log` tells of the newest commits that touched the folder. */
export interface History {
  /** Newest first. */
  readonly commits: readonly CommitSummary[];
  /** Number of these commits that touched a path. */
  readonly touched: ReadonlyMap<string, number>;
}

const COMMITS = 300;
const NO_HISTORY: History = { commits: [], touched: new Map() };

/** Empty where there is no git history. */
export async function readHistory(dir: string, signal: AbortSignal): Promise<History> {
  const output = await git(
    dir,
    [
      'log',
      `--max-count=${COMMITS}`,
      '--no-show-signature',
      '--no-ext-diff',
      '--no-textconv',
      '--no-renames',
      '--relative',
      '--name-only',
      '-z',
      '--format=%x01%h%x02%cs%x02%s',
      '--',
      '.',
    ],
    signal,
  );
  return output === undefined ? NO_HISTORY : parseLog(output);
}

/** Reads the output of the command above: a header behind U+0001, then NUL-separated paths. */
export function parseLog(output: string): History {
  const commits: CommitSummary[] = [];
  const touched = new Map<string, number>();
  for (const block of output.split('\u0001').slice(1)) {
    const [header = '', ...paths] = block.split('\0');
    const [hash = '', date = '', subject = ''] = header.split('\u0002');
    commits.push({ hash, date, subject: subject.trim() });
    for (const path of paths) {
      const name = path.replace(/^\n+/, '');
      if (name !== '') touched.set(name, (touched.get(name) ?? 0) + 1);
    }
  }
  return { commits, touched };
}
