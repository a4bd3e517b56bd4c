import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FleetglassError } from '@fleetglass/core';

/** The repository that this example is part of. */
export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');

/** The built page; `src/` and `dist/` lie side by side. */
export const PAGE = fileURLToPath(new URL('../dist/web', import.meta.url));

/** A path as the user meant it: npm changes the working directory and tells where it was called. */
export function fromUser(path: string, env: Readonly<Record<string, string | undefined>>): string {
  return resolve(env['INIT_CWD'] ?? process.cwd(), path);
}

/** @throws FleetglassError `NOT_FOUND`, or `BAD_INPUT` when it is not a folder */
export async function assertFolder(path: string): Promise<void> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new FleetglassError('NOT_FOUND', `There is no folder ${path}.`, { cause });
  });
  if (!stats.isDirectory()) throw new FleetglassError('BAD_INPUT', `${path} is not a folder.`);
}
