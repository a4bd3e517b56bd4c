import { existsSync } from 'node:fs';
import { FleetglassError } from '@fleetglass/core';
import { createArchive } from '../storage/archive.js';
import type { Archive, ArchivedRun, ArchiveRefusal } from '../storage/archive.js';
import { createArchiveFiles } from '../storage/archive-files.js';
import { createSqliteStore } from '../storage/sqlite-store.js';
import type { SqliteStore } from '../storage/sqlite-store.js';
import { durationFrom, parseArguments } from './arguments.js';
import type { CommandIo } from './command-io.js';
import { EXIT } from './command-io.js';
import { dayText, plainText, tableText } from './table-text.js';

const OPTIONS = {
  store: { type: 'string' },
  directory: { type: 'string' },
  run: { type: 'string', multiple: true },
  'older-than': { type: 'string' },
  text: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>['values'];

const badInput = (message: string): FleetglassError => new FleetglassError('BAD_INPUT', message);

/** `fleetglass archive create | list | restore`, each with `--directory FOLDER` */
export async function archiveCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, paths } = parseArguments(argv, OPTIONS);
  const [action, ...more] = paths;
  const directory = values.directory ?? io.env['FLEETGLASS_RETENTION_ARCHIVE_DIRECTORY'] ?? '';
  if (more.length > 0) throw badInput(`"${more[0] ?? ''}" belongs to no flag: name runs with --run ID.`);
  if (directory === '') throw badInput('Name the folder of the archived runs with --directory FOLDER.');
  switch (action) {
    case 'create':
      return await withArchive(values, directory, io, (archive) => create(archive, values, io));
    case 'list':
      return await list(directory, values, io);
    case 'restore':
      return await withArchive(values, directory, io, (archive) => restore(archive, values, io));
    default:
      throw badInput('Say what to do: archive create, list or restore. See fleetglass --help.');
  }
}

/** @throws FleetglassError `BAD_INPUT` where no store is named, `STORE_FAILED` for one that is not there */
async function withArchive(
  values: Values,
  directory: string,
  io: CommandIo,
  work: (archive: Archive) => Promise<number>,
): Promise<number> {
  const file = values.store ?? io.env['FLEETGLASS_STORE'] ?? '';
  if (file === '') throw badInput('Name the database with --store FILE, the same that `serve` is given.');
  // Opening it would make a new one, in which no run is found.
  if (!existsSync(file))
    throw new FleetglassError('STORE_FAILED', `${file} does not exist: correct --store.`);
  const store: SqliteStore = createSqliteStore({ file, clock: io.clock });
  try {
    const age = values['older-than'];
    return await work(
      createArchive({
        store,
        directory,
        clock: io.clock,
        ...(age === undefined ? {} : { archiveAfterMs: durationFrom('older-than', age) }),
      }),
    );
  } finally {
    await store.close();
  }
}

async function create(archive: Archive, values: Values, io: CommandIo): Promise<number> {
  const { run: runIds, 'older-than': age } = values;
  if ((runIds === undefined) === (age === undefined))
    throw badInput('Say which runs: with --older-than 365d, or with --run ID for each.');
  let isDone = true;
  let count = 0;
  for (const runId of runIds ?? (await archive.expired())) {
    if (io.signal.aborted) return EXIT.failed;
    const { archived, refused } = await archive.archive([runId]);
    for (const { name, events } of archived) {
      count += 1;
      await io.out(`${plainText(`${runId} (${name})`)}: ${String(events)} events archived.\n`);
    }
    // Of runs that were chosen by their age those that go on are not meant.
    const counts = refused.filter(({ error }) => age === undefined || error.code !== 'RUN_NOT_ENDED');
    if (!tellRefused(counts, io)) isDone = false;
  }
  if (age !== undefined) await io.out(`${String(count)} runs archived.\n`);
  return isDone ? EXIT.done : EXIT.failed;
}

async function restore(archive: Archive, { run: runIds }: Values, io: CommandIo): Promise<number> {
  if (runIds === undefined) throw badInput('Name what to put back with --run ID; see archive list.');
  const { restored, refused } = await archive.restore(runIds);
  for (const runId of restored) await io.out(`${plainText(runId)}: put back; its files stay.\n`);
  return tellRefused(refused, io) ? EXIT.done : EXIT.failed;
}

/** @returns whether there was nothing to tell */
function tellRefused(refused: readonly ArchiveRefusal[], io: CommandIo): boolean {
  for (const { runId, error } of refused)
    io.err(`${plainText(`${runId}: ${error.code}: ${error.message}`)}\n`);
  return refused.length === 0;
}

async function list(directory: string, { text = '', json }: Values, io: CommandIo): Promise<number> {
  if (!existsSync(directory))
    throw new FleetglassError('NOT_FOUND', `${directory} does not exist: correct --directory.`);
  const runs: ArchivedRun[] = [];
  for await (const run of createArchiveFiles(directory).all())
    if (run.runId.includes(text) || run.name.includes(text)) runs.push(run);
  runs.sort((a, b) => b.createdAt - a.createdAt);
  if (json === true) {
    await io.out(`${JSON.stringify(runs, undefined, 2)}\n`);
    return EXIT.done;
  }
  await io.out(
    tableText(
      ['run', 'name', 'status', 'events', 'created', 'archived', 'put back'],
      runs.map((run) => [
        run.runId,
        run.name,
        run.status,
        String(run.events),
        dayText(run.createdAt),
        dayText(run.archivedAt),
        dayText(run.restoredAt),
      ]),
    ),
  );
  return EXIT.done;
}
