import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { FleetglassError, isFleetglassError } from '@fleetglass/core';
import { checkFolder, isInside } from './folder.js';
import type { Git, GitOptions } from './git-command.js';
import { createGit } from './git-command.js';
import type { ChangedFile, GitStatus } from './git-output.js';
import { parseDiff, parseStatus } from './git-output.js';

/** What a task left behind in git. */
export interface TaskCommit {
  readonly commit: string;
  readonly branch: string | undefined;
  readonly files: readonly ChangedFile[];
}

/** A branch on which one task works. */
export interface TaskBranch {
  readonly branch: string;
  /** Commit that it began at. */
  readonly base: string;
  /** The folder to work in: that of the workspace, or its like in the worktree. */
  readonly path: string;
  readonly git: GitFolder;
  /** What was committed on the branch. */
  changes(): Promise<readonly ChangedFile[]>;
  /**
   * Leaves the branch, which stays: checks out what was checked out before, or removes the worktree.
   *
   * @throws FleetglassError `BAD_INPUT` when something is not committed; a removal can be forced
   */
  leave(options?: { readonly force?: boolean }): Promise<void>;
}

/** Git for one folder; everything is limited to what lies in it. */
export interface GitFolder {
  /** Top folder of the repository, or of the worktree. */
  readonly top: string;
  status(): Promise<GitStatus>;
  /**
   * Commits everything in the folder that git does not ignore; no hook runs.
   *
   * @returns `undefined` when there was nothing to commit
   */
  commit(message: string): Promise<TaskCommit | undefined>;
  /** What was committed from `commit` to now. */
  changesSince(commit: string): Promise<readonly ChangedFile[]>;
  /**
   * Checks out a branch of the task's own in this folder; the same id gives the same branch again.
   *
   * @param taskId any text; the branch's name is derived from it
   * @throws FleetglassError `BAD_INPUT` when something is not committed, or nothing ever was
   */
  startBranch(taskId: string): Promise<TaskBranch>;
  /** The same in a folder of its own, so that several tasks can work at once. */
  startWorktree(taskId: string): Promise<TaskBranch>;
}

export interface GitFolderOptions extends GitOptions {
  /** Folders that tasks may work in, without links. */
  readonly roots: readonly string[];
  /** Where worktrees are made; absolute. */
  readonly worktrees: string | undefined;
}

/** A submodule has a configuration of its own, which must not count either. */
const STATUS = [
  'status',
  '--porcelain=v2',
  '-z',
  '--branch',
  '--untracked-files=all',
  '--ignore-submodules=dirty',
];
const COMMIT = /^[0-9a-f]{40,64}$/;
const MAX_MESSAGE_CHARACTERS = 64 * 1024;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** A branch's name from any text: what is readable of it, and a hash so that two texts never share one. */
export function branchOf(taskId: string): string {
  const readable = taskId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
    .replace(/-$/, '');
  return `fleetglass/${readable === '' ? '' : `${readable}-`}${hashOf(taskId)}`;
}

const cannot = (message: string): FleetglassError => new FleetglassError('BAD_INPUT', message);

const lineOf = (output: string): string => output.replace(/\r?\n$/, '');

/** What git says, or `undefined` where it refuses. */
const maybe = (answer: Promise<string>): Promise<string | undefined> =>
  answer.catch((error: unknown) => {
    if (isFleetglassError(error, 'GIT_FAILED') && typeof error.details?.['exitCode'] === 'number')
      return undefined;
    throw error;
  });

/**
 * Whether git may be used in the folder: its repository lies inside the allowed folders, and its own configuration
 * names no programs that reading a file would start.
 *
 * @returns the top folder, or why not
 */
async function inspect(
  git: Git,
  path: string,
  roots: readonly string[],
): Promise<{ readonly top: string } | { readonly why: 'notARepository' | 'outside' | 'programs' }> {
  const output = await maybe(
    git(['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir']),
  );
  if (output === undefined) return { why: 'notARepository' };
  const [toplevel = '', common = ''] = output.split(/\r?\n/);
  const [top, store] = await Promise.all([realpath(toplevel), realpath(common)]);
  const isAllowed = (folder: string): boolean => roots.some((root) => isInside(root, folder));
  if (!isAllowed(top) || !isAllowed(store) || !isInside(top, path)) return { why: 'outside' };
  const programs = await maybe(
    git(['config', '--show-scope', '--name-only', '--get-regexp', '^filter\\..*\\.(clean|smudge|process)$']),
  );
  const isOwn = programs?.split(/\r?\n/).some((line) => /^(?:local|worktree|command)\t/.test(line));
  return isOwn ? { why: 'programs' } : { top };
}

/** @returns `undefined` when the folder lies in no repository that may be used */
export async function openGitFolder(path: string, options: GitFolderOptions): Promise<GitFolder | undefined> {
  const git = createGit(path, options);
  const opened = await inspect(git, path, options.roots);
  return 'top' in opened ? createGitFolder(path, opened.top, git, options) : undefined;
}

function createGitFolder(path: string, top: string, git: Git, options: GitFolderOptions): GitFolder {
  const { roots, worktrees } = options;

  /** Agents may have changed the repository's configuration since it was opened. */
  const assertSafe = async (): Promise<void> => {
    const found = await inspect(git, path, roots);
    if ('why' in found || found.top !== top) {
      throw cannot('The repository of the working directory was changed so that git must not be run in it.');
    }
  };
  const headOf = async (): Promise<string> => {
    const commit = await maybe(git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']));
    if (commit === undefined) throw cannot('The repository has no commit yet; make a first one.');
    return lineOf(commit);
  };
  /** The tree without files; every repository knows it, by the hash that it uses. */
  const emptyTree = async (): Promise<string> => lineOf(await git(['hash-object', '-t', 'tree', '--stdin']));
  const branchExists = async (branch: string): Promise<boolean> =>
    (await maybe(git(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]))) !== undefined;
  const baseOf = async (branch: string, head: string): Promise<string> =>
    lineOf(await git(['merge-base', head, `refs/heads/${branch}`]));
  const readStatus = async (): Promise<GitStatus> => parseStatus(await git([...STATUS, '--', '.']));
  const assertClean = async (): Promise<GitStatus> => {
    const status = await readStatus();
    if (status.files.length === 0) return status;
    throw cannot(
      `${status.files.length} files in the working directory are not committed; commit or remove their changes.`,
    );
  };
  const changesBetween = async (from: string, to: string): Promise<readonly ChangedFile[]> => {
    if (!COMMIT.test(from)) throw cannot('A commit is named by its whole hash.');
    const range = ['diff', '--raw', '--numstat', '-z', '--no-abbrev', '--find-renames'];
    return parseDiff(await git([...range, '--no-ext-diff', '--no-textconv', from, to, '--', '.']));
  };

  const folder: GitFolder = {
    top,
    async status() {
      await assertSafe();
      return readStatus();
    },
    async commit(message) {
      await assertSafe();
      await git(['add', '--all', '--', '.']);
      const staged = await git(['diff', '--cached', '--name-only', '-z', '--no-ext-diff', '--', '.']);
      if (staged === '') return undefined;
      const parent = await maybe(git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']));
      const text = message
        .slice(0, MAX_MESSAGE_CHARACTERS)
        .replace(/[^\P{Cc}\n\t]/gu, ' ')
        .trim();
      await git(
        ['commit', '--quiet', '--no-verify', '--cleanup=whitespace', '--file=-', '--only', '--', '.'],
        text === '' ? 'Work of a task' : text,
      );
      const { branch } = await readStatus();
      const commit = await headOf();
      return {
        commit,
        branch,
        files: await changesBetween(parent ? lineOf(parent) : await emptyTree(), commit),
      };
    },
    async changesSince(commit) {
      await assertSafe();
      return changesBetween(commit, await headOf());
    },
    async startBranch(taskId) {
      await assertSafe();
      const branch = branchOf(taskId);
      const head = await headOf();
      const before = await assertClean();
      const exists = await branchExists(branch);
      const base = exists ? await baseOf(branch, head) : head;
      if (before.branch !== branch) await git(['switch', '--quiet', ...(exists ? [] : ['--create']), branch]);
      return {
        branch,
        base,
        path,
        git: folder,
        changes: () => folder.changesSince(base),
        async leave() {
          await assertSafe();
          await assertClean();
          if (before.branch === branch) return;
          // Somebody else chose the name: it must not be taken for an option.
          if (before.branch?.startsWith('-')) throw cannot('The branch before cannot be named to git.');
          const way = before.branch === undefined ? ['--detach', head] : [before.branch];
          await git(['switch', '--quiet', ...way]);
        },
      };
    },
    async startWorktree(taskId) {
      if (worktrees === undefined) throw cannot('No folder for worktrees is set; give `worktrees`.');
      await assertSafe();
      const branch = branchOf(taskId);
      const head = await headOf();
      await mkdir(worktrees, { recursive: true });
      const shelf = await realpath(worktrees);
      if (isInside(top, shelf))
        throw cannot('The folder for worktrees must not lie in the repository itself.');
      // Two repositories may have tasks of the same id.
      const place = join(shelf, hashOf(top), branch.slice(branch.indexOf('/') + 1));
      const exists = await branchExists(branch);
      const base = exists ? await baseOf(branch, head) : head;
      const isThere = (await git(['worktree', 'list', '--porcelain', '-z']))
        .split('\0')
        .includes(`worktree ${place}`);
      if (!isThere) {
        const at = exists ? ['--', place, branch] : ['-b', branch, '--', place, head];
        await git(['worktree', 'add', '--quiet', ...at]);
      }
      const checked = await checkFolder(place, [place]);
      if (!checked.ok) throw cannot(`The worktree cannot be used: ${checked.message}`);
      const inner = resolve(place, relative(top, path));
      // A folder that holds only ignored files is not in the worktree.
      await mkdir(inner, { recursive: true });
      const own = await openGitFolder(inner, { ...options, roots: [...roots, place] });
      if (!own) throw cannot('The worktree is no repository that may be used.');
      return {
        branch,
        base,
        path: inner,
        git: own,
        changes: () => own.changesSince(base),
        async leave({ force = false } = {}) {
          await assertSafe();
          if (!force && (await own.status()).files.length > 0) {
            throw cannot('Files in the worktree are not committed; commit them, or force its removal.');
          }
          await git(['worktree', 'remove', ...(force ? ['--force'] : []), '--', place]);
        },
      };
    },
  };
  return folder;
}

/** @throws FleetglassError `BAD_INPUT` */
export function assertAbsolute(path: string, what: string): void {
  if (!isAbsolute(path)) throw cannot(`${what} has to be an absolute path.`);
}
