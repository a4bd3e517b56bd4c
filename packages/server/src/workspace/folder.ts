import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** Why a folder cannot be worked in. */
export type FolderRefusal = 'notAbsolute' | 'outside' | 'missing' | 'notAFolder' | 'notWritable';

/** Whether tasks may work in a folder, and why not. */
export type FolderCheck =
  | { readonly ok: true; /** After every link was followed. */ readonly path: string }
  | { readonly ok: false; readonly reason: FolderRefusal; readonly message: string };

const MESSAGES: Readonly<Record<FolderRefusal, string>> = {
  notAbsolute: 'A working directory has to be an absolute path.',
  outside: 'The working directory is not inside a folder that tasks may work in.',
  missing: 'The working directory does not exist.',
  notAFolder: 'The working directory is not a folder.',
  notWritable: 'The working directory cannot be written to.',
};

/** Whether `path` is `folder` or lies in it; both without links. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

const refused = (reason: FolderRefusal): FolderCheck => ({ ok: false, reason, message: MESSAGES[reason] });

/**
 * Whether a folder exists, lies inside one of `roots` after every link was followed, and can be written to. Of what lies
 * outside it does not tell whether it exists.
 *
 * @param roots without links
 */
export async function checkFolder(path: string, roots: readonly string[]): Promise<FolderCheck> {
  if (!isAbsolute(path) || path.includes('\0')) return refused('notAbsolute');
  let real: string;
  try {
    real = await realpath(path);
  } catch {
    return refused(roots.some((root) => isInside(root, resolve(path))) ? 'missing' : 'outside');
  }
  if (!roots.some((root) => isInside(root, real))) return refused('outside');
  try {
    if (!(await stat(real)).isDirectory()) return refused('notAFolder');
  } catch {
    return refused('missing');
  }
  try {
    await access(real, constants.W_OK | constants.X_OK);
  } catch {
    return refused('notWritable');
  }
  return { ok: true, path: real };
}
