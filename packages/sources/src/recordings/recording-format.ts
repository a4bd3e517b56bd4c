import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FleetglassError } from '@fleetglass/core';
import type { PriceTable } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import type { Format, Sample } from '../format/format.js';
import { convertChunks } from '../format/read-records.js';
import { createRecordReader } from '../format/records.js';
import type { PutBlob } from '../lib/bound-payloads.js';

/** Prices, ids and payloads of a recording that is read. */
export interface ReadRecordingOptions {
  readonly prices: PriceTable;
  /** Id of the run where the source has none of its own. @default format and file name */
  readonly fallbackRunId?: string;
  /** The present in milliseconds: prices of calls whose day is not told. @default Date.now */
  readonly now?: () => number;
  /** Where payloads above 16 kB go, for example a store's `putBlob`. Without it they are cut, which they then say. */
  readonly putBlob?: PutBlob;
  /** Called with the bytes of each piece that was read. */
  readonly onBytes?: (bytes: number) => void;
}

/** A format whose recordings are files or folders on disk. */
export interface RecordingFormat {
  /** As in `--format`, and the `source` of its runs. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Its converter, where a recording is one file: such files can be followed as they grow. */
  readonly format?: Format;
  /** Whether a file that begins like this is one of its recordings. */
  detect(sample: Sample): boolean;
  /** Whether a folder is one of its recordings, for formats whose recordings are folders. */
  detectFolder?(path: string): Promise<boolean>;
  /** Every file that belongs to the recording, `path` first. */
  files(path: string): Promise<readonly string[]>;
  /** Batches of events, in constant memory. */
  read(
    path: string,
    sample: Sample,
    options: ReadRecordingOptions,
  ): AsyncGenerator<readonly EventInput[], void, undefined>;
}

/** A format of single files as recordings on disk. */
export function onDisk(format: Format): RecordingFormat {
  return {
    name: format.name,
    title: format.title,
    format,
    detect: (sample) => format.detect(sample),
    files: (path) => Promise.resolve([path]),
    read(path, { layout }, { prices, now, putBlob, onBytes, fallbackRunId }) {
      const converter = format.createConverter({
        prices,
        now,
        file: basename(path),
        fallbackRunId: fallbackRunId ?? `${format.name}:${basename(path)}`,
      });
      const reader = createRecordReader(layout, format.split, 'main');
      return convertChunks(readBytes(path, onBytes), reader, converter, putBlob);
    },
  };
}

/** @throws FleetglassError `BAD_INPUT` when the file cannot be read to its end */
export async function* readBytes(
  path: string,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 262_144 })) {
      yield chunk as Uint8Array;
      onBytes?.((chunk as Uint8Array).length);
    }
  } catch (cause) {
    throw new FleetglassError('BAD_INPUT', `${path} could not be read to its end.`, { cause });
  }
}

/** @throws FleetglassError `NOT_FOUND` */
export async function kindOf(path: string): Promise<'file' | 'folder'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    throw new FleetglassError('NOT_FOUND', `There is no file or folder at ${path}.`, { cause });
  }
}
