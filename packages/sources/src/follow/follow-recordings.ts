import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { watch } from 'chokidar';
import type { Clock } from '@fleetglass/core';
import { isFleetglassError, systemClock, toFleetglassError } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import { subagentOf } from '../claude-code/session-files.js';
import { boundPayloads, hasLargePayload } from '../lib/bound-payloads.js';
import { readSample } from '../format/sample.js';
import type { ReadRecordingOptions } from '../recordings/recording-format.js';
import { kindOf, readBytes } from '../recordings/recording-format.js';
import { liveSourceFor } from './recognise.js';
import type { LiveSource } from './live-source.js';
import { createSessionSource } from './live-source.js';

/** What is done with the events of recordings that grow. */
export interface FollowOptions extends Omit<ReadRecordingOptions, 'fallbackRunId' | 'onBytes'> {
  /** Name of the format, for files that are not recognised or taken for another. */
  readonly format?: string;
  /**
   * Called with each batch, one after the other: the next one waits for it. Events may come again with the same ids
   * (a document that was written anew, a run that goes on after it was ended): append them with `dedupe`.
   */
  readonly onEvents: (events: readonly EventInput[]) => Promise<void> | void;
  /** A file that could not be read, in words. */
  readonly onProblem?: (message: string) => void;
  /** Files that were written last before this moment (milliseconds) are left out until they change. @default none */
  readonly changedSince?: number;
  /** A run whose files did not change for so long is shown as ended; it goes on when they do. @default 10 minutes */
  readonly idleMs?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** Recordings that are read on as they grow. */
export interface Follower {
  /** Resolves when everything that was there has been read. */
  readonly ready: Promise<void>;
  /** How many recordings are followed. */
  readonly count: number;
  /** Files that were left out because they are older than `changedSince`. */
  readonly leftOut: number;
  close(): Promise<void>;
}

const IDLE_MS = 600_000;
const LOOK_AGAIN_MS = 50;
/** Events of one batch, about. */
const BATCH_SIZE = 256;
const SWEEPS_PER_IDLE = 10;
const NAMES = /\.(?:jsonl?|ndjson|traj)$/i;

interface Followed {
  readonly source: LiveSource;
  runId: string | undefined;
  changedAt: number;
  isEnded: boolean;
}

/**
 * Reads a file, or every recording below a folder, and what is added to them as it is written: across rotation,
 * truncation and files that appear later. Read-only. Sub-agents' files belong to their session's run.
 *
 * @throws FleetglassError `NOT_FOUND`, and `BAD_INPUT` from `ready` when a file that was named is of no known format
 */
export async function followRecordings(path: string, options: FollowOptions): Promise<Follower> {
  const { clock = systemClock, idleMs = IDLE_MS, changedSince = 0 } = options;
  const root = resolve(path);
  const isFolder = (await kindOf(root)) === 'folder';
  const followed = new Map<string, Followed>();
  /** Sub-agents that have a file, by the session's path. */
  const ownFiles = new Map<string, Set<string>>();
  const dirty = new Set<string>();
  let leftOut = 0;
  let isClosed = false;
  let queue: Promise<void> = Promise.resolve();

  const labelOf = (file: string): string =>
    isFolder ? relative(root, file).split(sep).join('/') : basename(file);

  async function emit(of: Followed, events: readonly EventInput[]): Promise<void> {
    if (events.length === 0) return;
    of.runId = events.at(-1)?.runId ?? of.runId;
    const small: EventInput[] = [];
    for (const event of events) {
      small.push(hasLargePayload(event) ? await boundPayloads(event, options.putBlob) : event);
    }
    await options.onEvents(small);
  }

  /** The session whose sub-agent wrote the file; the file itself for everything else. */
  async function mainOf(file: string): Promise<string> {
    if (subagentOf(file) === undefined) return file;
    const folder = dirname(file);
    if (basename(folder) === 'subagents') return `${dirname(folder)}.jsonl`;
    const [line] = (await readSample(basename(file), readBytes(file))).records;
    const sessionId = (line?.value as { sessionId?: unknown } | undefined)?.sessionId;
    return typeof sessionId === 'string' ? join(folder, `${basename(sessionId)}.jsonl`) : file;
  }

  async function open(main: string): Promise<Followed> {
    const names = ownFiles.get(main) ?? new Set<string>();
    ownFiles.set(main, names);
    const settings = {
      prices: options.prices,
      file: labelOf(main),
      fallbackRunId: labelOf(main),
      now: options.now,
      stamp: () => followed.get(main)?.changedAt ?? clock.now(),
    };
    const source = await liveSourceFor(main, options.format, settings, () =>
      createSessionSource(main, settings, names),
    );
    const entry: Followed = { source, runId: undefined, changedAt: 0, isEnded: false };
    followed.set(main, entry);
    return entry;
  }

  async function update(file: string): Promise<void> {
    const { mtimeMs } = await stat(file);
    const main = await mainOf(file);
    if (!followed.has(main) && mtimeMs < changedSince && file !== root) {
      leftOut += 1;
      return;
    }
    const agentId = subagentOf(file);
    if (agentId !== undefined && main !== file) {
      const names = ownFiles.get(main) ?? new Set<string>();
      ownFiles.set(main, names.add(agentId));
    }
    const entry = followed.get(main) ?? (await open(main));
    entry.changedAt = Math.max(entry.changedAt, mtimeMs);
    if (entry.isEnded) await reopen(entry);
    let batch: EventInput[] = [];
    for await (const events of entry.source.read(file)) {
      if (isClosed) return;
      batch.push(...events);
      if (batch.length < BATCH_SIZE) continue;
      await emit(entry, batch);
      batch = [];
    }
    await emit(entry, batch);
  }

  async function reopen(entry: Followed): Promise<void> {
    entry.isEnded = false;
    const { runId } = entry;
    if (runId === undefined) return;
    const time = clock.now();
    await options.onEvents([
      { type: 'run.resumed', data: {}, runId, time, id: `${runId}:resumed:${String(time)}` },
    ]);
  }

  async function endIdle(): Promise<void> {
    for (const entry of followed.values()) {
      if (entry.isEnded || clock.now() - entry.changedAt < idleMs) continue;
      entry.isEnded = true;
      await emit(entry, entry.source.end());
    }
  }

  function enqueue(work: () => Promise<void>, what: string): Promise<void> {
    const done = queue.then(async () => {
      if (!isClosed) await work();
    });
    queue = done.catch((error: unknown) => {
      const { message } = toFleetglassError(error);
      options.onProblem?.(`${what}: ${message}`);
    });
    return done;
  }

  function changed(file: string): void {
    if (dirty.has(file)) return;
    dirty.add(file);
    void enqueue(async () => {
      dirty.delete(file);
      try {
        await update(file);
      } catch (error) {
        // A file of no known format inside a folder is not ours; one that is gone again is no problem.
        const isForeign = isFolder && isFleetglassError(error, 'BAD_INPUT');
        if (!isForeign && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }, labelOf(file)).catch(() => undefined);
  }

  // A single file is watched through its folder: a watch on the file itself ends when it is rotated away.
  const watched = isFolder ? root : dirname(root);
  const watcher = watch(watched, {
    ignoreInitial: true,
    followSymlinks: false,
    ...(isFolder ? {} : { depth: 0 }),
    ignored: (name, stats) =>
      isFolder ? stats?.isFile() === true && !NAMES.test(name) : name !== watched && name !== root,
  });
  /** Changes that follow at once are not all reported: a look a moment later sees the last of them. */
  const lookAgain = new Map<string, unknown>();
  const onChange = (file: string): void => {
    changed(file);
    if (lookAgain.has(file)) return;
    const timer = clock.setTimeout(
      () => {
        lookAgain.delete(file);
        changed(file);
      },
      LOOK_AGAIN_MS,
      { background: true },
    );
    lookAgain.set(file, timer);
  };
  watcher.on('add', onChange).on('change', onChange);
  watcher.on('error', (error) => options.onProblem?.(toFleetglassError(error).message));

  let sweep: unknown;
  const schedule = (): void => {
    sweep = clock.setTimeout(
      () => {
        void enqueue(endIdle, 'end').catch(() => undefined);
        if (!isClosed) schedule();
      },
      Math.max(1, idleMs / SWEEPS_PER_IDLE),
      { background: true },
    );
  };

  const ready = (async () => {
    await new Promise<void>((resolveReady) => void watcher.once('ready', resolveReady));
    if (!isFolder) await enqueue(() => update(root), basename(root));
    else for (const file of await filesBelow(root)) changed(file);
    await enqueue(endIdle, 'end');
    schedule();
  })();
  ready.catch(() => undefined);

  return {
    ready,
    get count() {
      return followed.size;
    },
    get leftOut() {
      return leftOut;
    },
    async close() {
      isClosed = true;
      clock.clearTimeout(sweep);
      for (const timer of lookAgain.values()) clock.clearTimeout(timer);
      await watcher.close();
      await queue;
    },
  };
}

/** Sessions before the files of their sub-agents. */
async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && NAMES.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort(
      (a, b) => Number(subagentOf(a) !== undefined) - Number(subagentOf(b) !== undefined) || (a < b ? -1 : 1),
    );
}
