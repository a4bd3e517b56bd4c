import { FleetglassError } from '@fleetglass/core';
import { backupStore, restoreStore } from '../storage/backup.js';
import { verifyStore } from '../storage/verify-store.js';
import type { StoreReport } from '../storage/verify-store.js';
import { onePath, parseArguments } from './arguments.js';
import { EXIT } from './command-io.js';
import type { CommandIo } from './command-io.js';

const FORCE = { force: { type: 'boolean' } } as const;

/** @throws FleetglassError `BAD_INPUT` */
function twoPaths(paths: readonly string[], usage: string): readonly [string, string] {
  const [from, to, ...more] = paths;
  if (from === undefined || to === undefined || more.length > 0) {
    throw new FleetglassError('BAD_INPUT', `Name two files: fleetglass ${usage}.`);
  }
  return [from, to];
}

const contentOf = ({ events, head, epoch }: StoreReport): string =>
  `${String(events)} events up to ${String(head)}, log ${epoch}`;

/** `fleetglass backup FILE TARGET [--force]` */
export async function backupCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, paths } = parseArguments(argv, FORCE);
  const [file, target] = twoPaths(paths, 'backup FILE TARGET');
  const report = await backupStore({ file, target, force: values.force ?? false, clock: io.clock });
  await io.out(`${target}: ${contentOf(report)}; verified.\n`);
  return EXIT.done;
}

/** `fleetglass restore BACKUP FILE [--force]` */
export async function restoreCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, paths } = parseArguments(argv, FORCE);
  const [backup, file] = twoPaths(paths, 'restore BACKUP FILE');
  const report = await restoreStore({ backup, file, force: values.force ?? false, clock: io.clock });
  await io.out(`${file}: ${contentOf(report)}, restored from ${backup}; viewers start from a snapshot.\n`);
  return EXIT.done;
}

/** `fleetglass verify FILE` */
export async function verifyCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const file = onePath(parseArguments(argv, {}).paths, 'a file');
  const report = await verifyStore(file);
  if (report.problems.length === 0) {
    await io.out(`${file} is sound: ${contentOf(report)}, sha256 ${report.sha256}.\n`);
    return EXIT.done;
  }
  for (const problem of report.problems) io.err(`${file}: ${problem}\n`);
  io.err('Restore a backup with fleetglass restore BACKUP FILE, and keep this file until that is done.\n');
  return EXIT.failed;
}
