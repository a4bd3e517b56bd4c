import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { FleetglassError, toFleetglassError } from '@fleetglass/core';
import type { PriceTable, Store } from '@fleetglass/core';
import type { EventDraft } from '@fleetglass/core/protocol';
import { PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import { readClaudeCodeSession } from '@fleetglass/sources/claude-code';
import { readNdjson } from '@fleetglass/sources/ndjson';

/** What a recording held. */
export interface Recording {
  readonly format: 'claude-code' | 'fleetglass';
  readonly events: number;
  /** Lines that were left out because they are broken, half-written or no event. */
  readonly badLines: number;
}

/** Bytes that are enough to tell the formats apart. */
const PEEKED_BYTES = 4096;

/**
 * Reads a recorded file into an empty store, line by line.
 *
 * @throws FleetglassError `NOT_FOUND` or `BAD_INPUT` when it cannot be read or holds nothing that was recorded
 */
export async function readRecording(file: string, store: Store, prices: PriceTable): Promise<Recording> {
  const format = await formatOf(file);
  const recording =
    format === 'fleetglass' ? await readLog(file, store) : await readSession(file, store, prices);
  if (recording.runs === 0) {
    throw new FleetglassError(
      'BAD_INPUT',
      `${basename(file)} holds no recorded session: no line of it could be read.`,
    );
  }
  return { format, events: store.head(), badLines: recording.badLines };
}

interface Progress {
  readonly runs: number;
  readonly badLines: number;
}

async function formatOf(file: string): Promise<Recording['format']> {
  try {
    const handle = await open(file, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(PEEKED_BYTES), 0, PEEKED_BYTES, 0);
      const [first = ''] = buffer.toString('utf8', 0, bytesRead).split('\n');
      return /^\s*\{.*"fleetglass"\s*:\s*\d/.test(first) ? 'fleetglass' : 'claude-code';
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message =
      code === 'ENOENT'
        ? `There is no file ${file}.`
        : `${file} cannot be read (${code ?? 'unknown error'}).`;
    throw new FleetglassError(code === 'ENOENT' ? 'NOT_FOUND' : 'BAD_INPUT', message, { cause: error });
  }
}

async function readSession(file: string, store: Store, prices: PriceTable): Promise<Progress> {
  let [runs, badLines] = [0, 0];
  const batches = readClaudeCodeSession(file, {
    prices,
    putBlob: (bytes, type) => store.putBlob(bytes, type),
  });
  for await (const batch of batches) {
    const drafts = batch.map(
      ({ time = 0, ...event }) => ({ v: PROTOCOL_VERSION, time, ...event }) as EventDraft,
    );
    runs += drafts.filter(({ type }) => type === 'span.started' || type === 'message.appended').length;
    badLines += drafts.filter(({ type, data }) => type === 'log.written' && isBadLine(data)).length;
    await store.append(drafts);
  }
  return { runs, badLines };
}

/** The converter's warning about a line names the line. */
function isBadLine(data: Readonly<Record<string, unknown>>): boolean {
  const fields = data['fields'];
  return typeof fields === 'object' && fields !== null && 'badLines' in fields && 'line' in fields;
}

async function readLog(file: string, store: Store): Promise<Progress> {
  let [runs, badLines] = [0, 0];
  try {
    for await (const { events, warnings } of readNdjson(createReadStream(file))) {
      badLines += warnings.length;
      runs += events.length;
      // The store counts anew: a log may begin anywhere, and its merged events cover ranges that are gone.
      await store.append(events.map(({ seq: _seq, covers: _covers, ...draft }) => draft));
    }
  } catch (error) {
    throw toFleetglassError(error, 'BAD_INPUT');
  }
  return { runs, badLines };
}
