/** What happened to a file. */
export type FileChange = 'created' | 'modified' | 'deleted' | 'moved' | 'conflicted';

/** A file that git says has changed. */
export interface ChangedFile {
  /** Relative to the repository's top folder. */
  readonly path: string;
  readonly change: FileChange;
  /** Where a moved file was before. */
  readonly from?: string;
  /** Absent for binary files, and for files that are not committed. */
  readonly linesAdded?: number;
  readonly linesRemoved?: number;
}

/** Branch, commit and uncommitted files of a folder. */
export interface GitStatus {
  /** `undefined` when no branch is checked out. */
  readonly branch: string | undefined;
  /** Newest commit; `undefined` in a repository without one. */
  readonly commit: string | undefined;
  /** What is not committed. */
  readonly files: readonly ChangedFile[];
}

function changeOf(states: string): FileChange {
  const [index = '.', worktree = '.'] = states;
  if (worktree === 'D' || (index === 'D' && worktree === '.')) return 'deleted';
  if (index === 'R' || worktree === 'R') return 'moved';
  if (index === 'A' || index === 'C' || worktree === 'A') return 'created';
  return 'modified';
}

/** `text` after its first `count` fields, which are separated by blanks. */
function afterFields(text: string, count: number): string {
  let start = 0;
  for (let i = 0; i < count; i += 1) start = text.indexOf(' ', start) + 1;
  return text.slice(start);
}

/** Reads `git status --porcelain=v2 -z --branch` (https://git-scm.com/docs/git-status#_porcelain_format_version_2). */
export function parseStatus(output: string): GitStatus {
  const entries = output.split('\0');
  const files: ChangedFile[] = [];
  let branch: string | undefined;
  let commit: string | undefined;
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i] ?? '';
    const states = entry.slice(2, 4);
    switch (entry[0]) {
      case '#': {
        const value = afterFields(entry, 2);
        if (entry.startsWith('# branch.oid ') && value !== '(initial)') commit = value;
        if (entry.startsWith('# branch.head ') && value !== '(detached)') branch = value;
        break;
      }
      case '1':
        files.push({ path: afterFields(entry, 8), change: changeOf(states) });
        break;
      case '2': {
        i += 1;
        const change = changeOf(states);
        const from = change === 'moved' ? entries[i] : undefined;
        files.push({ path: afterFields(entry, 9), change, ...(from === undefined ? {} : { from }) });
        break;
      }
      case 'u':
        files.push({ path: afterFields(entry, 10), change: 'conflicted' });
        break;
      case '?':
        files.push({ path: entry.slice(2), change: 'created' });
        break;
      default:
    }
  }
  return { branch, commit, files };
}

const CHANGES: Readonly<Record<string, FileChange>> = {
  A: 'created',
  C: 'created',
  D: 'deleted',
  R: 'moved',
  U: 'conflicted',
};

/** Reads `git diff --raw --numstat -z` (https://git-scm.com/docs/git-diff#_raw_output_format). */
export function parseDiff(output: string): readonly ChangedFile[] {
  const entries = output.split('\0');
  const files = new Map<string, ChangedFile>();
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i] ?? '';
    if (entry.startsWith(':')) {
      const letter = entry.slice(entry.lastIndexOf(' ') + 1)[0] ?? 'M';
      const hasTwoPaths = letter === 'R' || letter === 'C';
      const first = entries[i + 1] ?? '';
      const path = hasTwoPaths ? (entries[i + 2] ?? '') : first;
      i += hasTwoPaths ? 2 : 1;
      files.set(path, {
        path,
        change: CHANGES[letter] ?? 'modified',
        ...(letter === 'R' ? { from: first } : {}),
      });
      continue;
    }
    const [added = '', removed = '', name] = splitAtTabs(entry);
    if (name === undefined) continue;
    const path = name === '' ? (entries[i + 2] ?? '') : name;
    if (name === '') i += 2;
    const file = files.get(path);
    if (!file || added === '-') continue;
    files.set(path, { ...file, linesAdded: Number(added), linesRemoved: Number(removed) });
  }
  return [...files.values()];
}

/** The first two fields and the rest: a path may hold tabs. */
function splitAtTabs(entry: string): readonly string[] {
  const first = entry.indexOf('\t');
  const second = entry.indexOf('\t', first + 1);
  return first < 0 || second < 0
    ? []
    : [entry.slice(0, first), entry.slice(first + 1, second), entry.slice(second + 1)];
}
