import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FleetglassError, systemClock } from '@fleetglass/core';
import type { Clock, TimerHandle } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import { createChangeWindow } from './change-window.js';
import { createFolderWatch } from './folder-watch.js';
import { boardIn, isFolder, MAX_FILE_BYTES, readTaskFiles } from './read-folder.js';
import type { FileText } from './read-text.js';
import { readText } from './read-text.js';
import { createYamlTasks } from './tasks.js';

/** Name, bounds and end of a watch over a folder of tasks. */
export interface WatchYamlTasksOptions {
  /**
   * Each watch tells its folder anew, so a store that outlives it wants another id each time.
   * @default 'yaml-tasks:', the name of the folder and the time of the start
   */
  readonly runId?: string;
  /** Name of the run. @default name of the folder */
  readonly name?: string;
  /** Ends the watch. */
  readonly signal?: AbortSignal;
  /** @default the machine's own clock */
  readonly clock?: Clock;
  /** Changes of a file that follow its first one within this time are merged, in milliseconds. @default 100 */
  readonly mergeMs?: number;
  /** How often the whole folder is walked for what the system did not tell, as on network drives. @default 30,000 */
  readonly rescanMs?: number;
  /** Larger files are named and left out. @default 262,144 */
  readonly maxFileBytes?: number;
  /** @default 20,000 */
  readonly maxFiles?: number;
}

const MERGE_MS = 100;
const RESCAN_MS = 30_000;

/**
 * Watches a folder of YAML task files (`inbox/`, `assigned/<agent>/`, `done/<agent>/`, `archive/`, `fridge/`) and
 * yields batches of events of one run: first the whole board with its recorded past, then each change of a file as it
 * happens. Reads only. The first change of a file is told at once, repeats within `mergeMs` are merged; a file that is
 * moved or saved by renaming stays one task; what is wrong with a file is told when it has come to rest. While nobody
 * asks for the next batch, changes wait as a set of paths.
 *
 * @param folder the folder that holds `inbox/` and the others, or one that has it as `collaboration/` or
 * `work/collaboration/`
 * @throws FleetglassError `NOT_FOUND` when there is no such folder
 */
export async function* watchYamlTasks(
  folder: string,
  options: WatchYamlTasksOptions = {},
): AsyncGenerator<readonly EventInput[], void, undefined> {
  const { clock = systemClock, signal, mergeMs = MERGE_MS, maxFileBytes = MAX_FILE_BYTES } = options;
  const root = await folderAt(folder);
  const name = options.name ?? basename(root);
  const runId = options.runId ?? `yaml-tasks:${name}:${clock.now().toString(36)}`;
  const { maxFiles } = options;
  const tasks = createYamlTasks({ runId, name, ...(maxFiles === undefined ? {} : { maxFiles }) });
  const read = (path: string): Promise<FileText> => readText(join(root, path), maxFileBytes);

  /** Files to look at, and whether they have come to rest. */
  let due = new Map<string, boolean>();
  let wake: (() => void) | undefined;
  let isStarting = true;
  const unwatched = new Map<string, string>();
  const report = (path: string, isSettled: boolean): void => {
    due.set(path, isSettled);
    wake?.();
  };
  const changes = createChangeWindow({ clock, windowMs: mergeMs, report });
  const notices = createFolderWatch({
    root,
    onFile: (path) => (isStarting ? report(path, true) : changes.notify(path)),
    onUnwatched: (path, code) =>
      void unwatched.set(path, `the system does not watch it (${code}), its changes are found by walks only`),
  });
  const skipUnwatched = (): EventInput[] => {
    const found = [...unwatched];
    unwatched.clear();
    return found.flatMap(([path, reason]) => tasks.skip(path, reason, clock.now()));
  };
  const onAbort = (): void => wake?.();
  signal?.addEventListener('abort', onAbort);
  let rescan: TimerHandle;
  const scanLater = (): void => {
    rescan = clock.setTimeout(
      () => void notices.scan().then(() => (signal?.aborted === true ? undefined : scanLater())),
      options.rescanMs ?? RESCAN_MS,
      { background: true },
    );
  };

  try {
    await notices.scan();
    const first = [...due.keys()];
    due = new Map();
    isStarting = false;
    const { files, refused } = await readTaskFiles(root, first, maxFileBytes, signal);
    const now = clock.now();
    for (const { path, reason } of refused) tasks.skip(path, reason, now);
    skipUnwatched();
    const board = tasks.load(files, now);
    if (board.length > 0) yield board;
    scanLater();

    while (signal?.aborted !== true) {
      if (due.size === 0) {
        await new Promise<void>((resolve) => (wake = resolve));
        wake = undefined;
        continue;
      }
      const batch: EventInput[] = [];
      const looked = due;
      due = new Map();
      for (const [path, isSettled] of looked) {
        const found = await read(path);
        if (found.kind === 'gone') {
          if (isSettled) batch.push(...tasks.remove(path, clock.now()));
        } else if (found.kind === 'refused') {
          if (isSettled) batch.push(...tasks.skip(path, found.reason, clock.now()));
        } else {
          batch.push(...tasks.put(path, found.text, clock.now()));
          if (!isSettled && tasks.isBroken(path)) changes.retry(path);
        }
      }
      batch.push(...skipUnwatched());
      if (changes.isQuiet() && due.size === 0) batch.push(...tasks.settle(clock.now()));
      if (batch.length > 0) yield batch;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    if (rescan !== undefined) clock.clearTimeout(rescan);
    changes.close();
    notices.close();
  }
}

async function folderAt(folder: string): Promise<string> {
  if (await isFolder(folder)) return boardIn(await realpath(folder));
  throw new FleetglassError('NOT_FOUND', `There is no folder at ${folder}.`);
}
