import { realpath } from 'node:fs/promises';
import { FleetglassError } from '@fleetglass/core';
import type { FolderCheck } from './folder.js';
import { checkFolder } from './folder.js';
import type { GitFolder } from './git-folder.js';
import { assertAbsolute, openGitFolder } from './git-folder.js';

/** Where tasks may work, and how their commits are signed. */
export interface WorkspacesOptions {
  /** Folders that tasks may work in, with everything in them; absolute. */
  readonly roots: readonly string[];
  /**
   * Folder for worktrees, absolute; made when it is missing. Tasks may work in it too, so that one can go on in its
   * worktree after a restart. @default none: worktrees cannot be made
   */
  readonly worktrees?: string;
  /** Whom commits are by. @default `Fleetglass <fleetglass@localhost>` */
  readonly author?: { readonly name: string; readonly email: string };
  /** Name or path of git. @default 'git' */
  readonly git?: string;
  /** Milliseconds that one git command may take. @default 60_000 */
  readonly timeoutMs?: number;
}

/** A folder that a task may work in, as it was when it was opened. */
export interface Workspace {
  /** After every link was followed. */
  readonly path: string;
  /**
   * `undefined` when the folder lies in no git repository, in one that reaches outside the allowed folders, or in one
   * whose own configuration names filter programs.
   */
  readonly git: GitFolder | undefined;
}

/** The folders that tasks may work in. */
export interface Workspaces {
  /** Whether a task may work in `path`; for forms, and before a run. */
  check(path: string): Promise<FolderCheck>;
  /**
   * Checks the folder and opens it. Do it again whenever work goes on after a pause: folders change.
   *
   * @throws FleetglassError `BAD_INPUT` with `details.reason`
   */
  open(path: string): Promise<Workspace>;
}

/** @throws FleetglassError `BAD_INPUT` for a path that is not absolute */
export function createWorkspaces(options: WorkspacesOptions): Workspaces {
  const { roots, worktrees, git = 'git', timeoutMs = 60_000 } = options;
  const author = options.author ?? { name: 'Fleetglass', email: 'fleetglass@localhost' };
  for (const root of roots) assertAbsolute(root, 'A folder that tasks may work in');
  if (worktrees !== undefined) assertAbsolute(worktrees, 'The folder for worktrees');

  const allowed = worktrees === undefined ? roots : [...roots, worktrees];

  /** Folders that exist; a link that leads elsewhere tomorrow leads elsewhere. */
  const realRoots = async (): Promise<readonly string[]> =>
    (await Promise.all(allowed.map((root) => realpath(root).catch(() => [])))).flat();

  return {
    check: async (path) => checkFolder(path, await realRoots()),
    async open(path) {
      const real = await realRoots();
      const checked = await checkFolder(path, real);
      if (!checked.ok) {
        throw new FleetglassError('BAD_INPUT', checked.message, { details: { reason: checked.reason } });
      }
      const options = { roots: real, worktrees, program: git, timeoutMs, author };
      return { path: checked.path, git: await openGitFolder(checked.path, options) };
    },
  };
}
