import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { FleetglassError } from '@fleetglass/core';
import type { WorkStatus } from '@fleetglass/core';
import { syncPath } from './sync-path.js';
import { hashOfFile } from './verify-store.js';

/** A run that was put into files, as its manifest tells of it. */
export interface ArchivedRun {
  readonly format: 'fleetglass-run';
  readonly runId: string;
  readonly tenant: string;
  /** Life of the log that it was in. */
  readonly epoch: string;
  readonly name: string;
  readonly threadId?: string;
  readonly status: WorkStatus;
  /** Milliseconds since the epoch, as all times. */
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly archivedAt: number;
  /** When it was put back; its files stay. */
  readonly restoredAt?: number;
  readonly events: number;
  /** First and last `seq` of its events. */
  readonly from: number;
  readonly to: number;
  /** Of the file of its events. */
  readonly sha256: string;
  /** Of the file of what it remembered and of its blobs. */
  readonly sha256OfRest: string;
}

/** Files of runs: events as gzipped NDJSON, the rest beside them, and a manifest that is written last. */
export interface ArchiveFiles {
  /** Writes lines; the file has its name only when it is whole and on disk. @returns its SHA-256 */
  write(runId: string, part: ArchivePart, lines: AsyncIterable<string>): Promise<string>;
  /** @throws FleetglassError `STORE_FAILED` when the file is not what its manifest says */
  lines(run: ArchivedRun, part: ArchivePart): AsyncIterable<string>;
  /** @throws FleetglassError `STORE_FAILED` when a file is not what the manifest says */
  check(run: ArchivedRun): Promise<void>;
  put(run: ArchivedRun): Promise<void>;
  find(runId: string): Promise<ArchivedRun | undefined>;
  /** In an order of their own; those after the place of a run, whether it is there or not. */
  all(after?: string): AsyncIterable<ArchivedRun>;
  remove(runId: string): Promise<boolean>;
}

/** The two files of a run. */
export type ArchivePart = 'events' | 'rest';

const MANIFEST = '.json';
const SUFFIX: { readonly [P in ArchivePart]: string } = { events: '.ndjson.gz', rest: '.rest.ndjson.gz' };

/** An id becomes no path. */
const nameOf = (runId: string): string => createHash('sha256').update(runId).digest('hex').slice(0, 32);

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

export function createArchiveFiles(directory: string): ArchiveFiles {
  const pathOf = (runId: string, suffix: string): string => join(directory, `${nameOf(runId)}${suffix}`);

  const readManifest = async (path: string): Promise<ArchivedRun | undefined> => {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as ArchivedRun;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw new FleetglassError(
        'STORE_FAILED',
        `The manifest ${path} cannot be read: restore it from a copy.`,
        {
          cause: error,
        },
      );
    }
  };

  return {
    async write(runId, part, lines) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const path = pathOf(runId, SUFFIX[part]);
      try {
        await pipeline(lines, createGzip(), createWriteStream(`${path}.part`));
        await syncPath(`${path}.part`);
        await rename(`${path}.part`, path);
      } catch (error) {
        await rm(`${path}.part`, { force: true });
        throw error;
      }
      return hashOfFile(path);
    },
    async *lines({ runId }, part) {
      const stream = createReadStream(pathOf(runId, SUFFIX[part])).pipe(createGunzip());
      for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
        if (line !== '') yield line;
      }
    },
    async check(run) {
      for (const [part, expected] of [
        ['events', run.sha256],
        ['rest', run.sha256OfRest],
      ] as const) {
        const path = pathOf(run.runId, SUFFIX[part]);
        const found = await hashOfFile(path).catch(() => undefined);
        if (found !== expected) {
          throw new FleetglassError(
            'STORE_FAILED',
            `The archived file ${path} is missing or damaged: restore it from a copy. Nothing was changed.`,
          );
        }
      }
    },
    async put(run) {
      const path = pathOf(run.runId, MANIFEST);
      await writeFile(`${path}.part`, `${JSON.stringify(run)}\n`);
      await syncPath(`${path}.part`);
      await rename(`${path}.part`, path);
      await syncPath(directory);
    },
    find: (runId) => readManifest(pathOf(runId, MANIFEST)),
    async *all(after) {
      const place = after === undefined ? '' : `${nameOf(after)}${MANIFEST}`;
      const names = await readdir(directory).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      for (const name of names.sort()) {
        if (name <= place || !/^[0-9a-f]{32}\.json$/.test(name)) continue;
        const run = await readManifest(join(directory, name));
        if (run) yield run;
      }
    },
    async remove(runId) {
      const existed = (await readManifest(pathOf(runId, MANIFEST))) !== undefined;
      for (const suffix of [MANIFEST, SUFFIX.events, SUFFIX.rest])
        await rm(pathOf(runId, suffix), { force: true });
      return existed;
    },
  };
}
