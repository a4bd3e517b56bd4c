import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { FleetglassError } from '@fleetglass/core';
import { MAX_FILE_BYTES } from './read-tree.js';

/**
 * Text of a file inside `dir`. Links that lead out of the folder are refused, also when they were made after the tree
 * was read.
 *
 * @throws FleetglassError `BAD_INPUT` when the path leaves the folder, is no file, too large or binary
 */
export async function readText(dir: string, path: string): Promise<string> {
  const refuse = (why: string, cause?: unknown): FleetglassError =>
    new FleetglassError('BAD_INPUT', `${path} cannot be reviewed: ${why}.`, { cause });
  const root = await realpath(dir);
  const real = await realpath(join(root, path)).catch((error: unknown) => {
    throw refuse('it cannot be read', error);
  });
  const inside = relative(root, real);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw refuse('it lies outside the folder');
  }
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    throw refuse('it cannot be read', error);
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw refuse('it is not a file');
    if (stats.size > MAX_FILE_BYTES) throw refuse('it is too large');
    const bytes = await file.readFile();
    if (bytes.subarray(0, 8192).includes(0)) throw refuse('it is not text');
    return bytes.toString('utf8');
  } finally {
    await file.close();
  }
}
