import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.js';
import type { History } from './git-history.js';
import type { TreeEntry } from './tree-entry.js';
import { kindOf } from './tree-entry.js';

/** A folder's reviewable files and what was left out. */
export interface Tree {
  readonly entries: readonly TreeEntry[];
  /** How the files were found. */
  readonly from: 'git' | 'walk';
  /** Files that are not text, are generated or too large, and symbolic links, which are never followed. */
  readonly leftOut: number;
}

/** Larger files are left out: they are data or generated. */
export const MAX_FILE_BYTES = 256 * 1024;
const MAX_PATHS = 50_000;

/** Our own reports are not part of what is reviewed, whether git ignores them or not. */
const OWN_FOLDER = '.fleetglass';

const SKIPPED_FOLDERS = new Set([
  OWN_FOLDER,
  '.cache',
  '.git',
  '.hg',
  '.next',
  '.svn',
  '.venv',
  '__pycache__',
  'build',
  'coverage',
  'dist',
  'node_modules',
  'out',
  'target',
  'vendor',
  'venv',
]);

/** Reads the tree below `dir`: what git does not ignore, or, without git, everything but well-known output folders. */
export async function readTree(dir: string, history: History, signal: AbortSignal): Promise<Tree> {
  const listed = await listWithGit(dir, signal);
  const paths = listed ?? (await walk(dir, signal));
  const entries: TreeEntry[] = [];
  for (const path of paths) {
    signal.throwIfAborted();
    const kind = kindOf(path);
    const stats = kind && (await lstat(join(dir, path)).catch(() => undefined));
    if (!kind || !stats?.isFile() || stats.size === 0 || stats.size > MAX_FILE_BYTES) continue;
    entries.push({ path, bytes: stats.size, kind, commits: history.touched.get(path) ?? 0 });
  }
  return { entries, from: listed ? 'git' : 'walk', leftOut: paths.length - entries.length };
}

async function listWithGit(dir: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
  const output = await git(dir, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], signal);
  const paths = output?.split('\0').filter((path) => path !== '' && !path.split('/').includes(OWN_FOLDER));
  // A folder that an outer repository ignores has no files for git, but has some for its owner.
  return paths && paths.length > 0 ? [...new Set(paths)].sort().slice(0, MAX_PATHS) : undefined;
}

async function walk(dir: string, signal: AbortSignal): Promise<readonly string[]> {
  const found: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted();
    const children = await readdir(join(dir, folder), { withFileTypes: true }).catch(() => []);
    for (const child of children) {
      const path = folder === '' ? child.name : `${folder}/${child.name}`;
      if (child.isDirectory() && !SKIPPED_FOLDERS.has(child.name)) folders.push(path);
      else if (child.isFile() || child.isSymbolicLink()) found.push(path);
      if (found.length >= MAX_PATHS) return found.sort();
    }
  }
  return found.sort();
}
