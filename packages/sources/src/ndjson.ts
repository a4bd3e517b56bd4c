/**
 * Reads and writes logs of Fleetglass, an event a line.
 *
 * @packageDocumentation
 */
import { FleetglassError, isFleetglassError, parseEvent } from '@fleetglass/core';
import type { FleetEvent, JsonObject } from '@fleetglass/core/protocol';
import { PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import { isRecord } from './lib/guards.js';
import type { TextLine } from './lib/lines.js';
import { createLineSplitter } from './lib/lines.js';

/** Version of the file: of its header and of the rule "one event a line". Events carry their own version. */
export const NDJSON_VERSION = 1;

/** First line of a file. Fields of the writer's own are kept. */
export interface NdjsonHeader {
  readonly fleetglass: typeof NDJSON_VERSION;
  /** Newest protocol version among the events. */
  readonly protocol: number;
  readonly [field: string]: JsonObject[string];
}

/** A line that was left out. */
export interface NdjsonWarning {
  readonly lineNumber: number;
  readonly reason: string;
}

/** What one chunk of a file held. */
export interface NdjsonBatch {
  readonly header: NdjsonHeader;
  readonly events: readonly FleetEvent[];
  readonly warnings: readonly NdjsonWarning[];
}

/** Lines are gathered to pieces of about this many characters. */
const PIECE_LENGTH = 65_536;

/**
 * Writes a log as text, one JSON object a line: a header, then the events in their order. Yields pieces of whole lines.
 *
 * @param fields more fields of the header, for example where the log comes from
 */
export async function* writeNdjson(
  events: Iterable<FleetEvent> | AsyncIterable<FleetEvent>,
  fields: JsonObject = {},
): AsyncGenerator<string, void, undefined> {
  let piece = `${JSON.stringify({ ...fields, fleetglass: NDJSON_VERSION, protocol: PROTOCOL_VERSION })}\n`;
  for await (const event of events) {
    piece += `${JSON.stringify(event)}\n`;
    if (piece.length >= PIECE_LENGTH) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

/**
 * Reads a log as it comes, holding one line at most. Lines that are broken, cut off or not an event (see
 * `parseEvent` of core) become warnings with their number; event types and fields of newer writers are kept.
 *
 * @throws FleetglassError `BAD_INPUT` when the first line is not a header of ours, `UNSUPPORTED_VERSION` when a newer
 * version wrote it
 */
export async function* readNdjson(
  chunks: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
): AsyncGenerator<NdjsonBatch, void, undefined> {
  const splitter = createLineSplitter();
  const encoder = new TextEncoder();
  let header: NdjsonHeader | undefined;

  const read = (lines: readonly TextLine[]): NdjsonBatch | undefined => {
    const events: FleetEvent[] = [];
    const warnings: NdjsonWarning[] = [];
    for (const line of lines) {
      if (line.text?.trim() === '') continue;
      if (!header) {
        header = readHeader(line);
        continue;
      }
      const event = readEvent(line);
      if (typeof event === 'string') warnings.push({ lineNumber: line.lineNumber, reason: event });
      else events.push(event);
    }
    return header && (events.length > 0 || warnings.length > 0) ? { header, events, warnings } : undefined;
  };

  for await (const chunk of chunks) {
    const batch = read(splitter.push(typeof chunk === 'string' ? encoder.encode(chunk) : chunk));
    if (batch) yield batch;
  }
  const rest = read(splitter.end());
  if (rest) yield rest;
  if (!header) throw notOurs();
}

function readHeader({ text }: TextLine): NdjsonHeader {
  const value = parse(text);
  if (!isRecord(value) || typeof value['fleetglass'] !== 'number') throw notOurs();
  const { fleetglass: version, protocol } = value;
  if (version !== NDJSON_VERSION) {
    throw new FleetglassError(
      'UNSUPPORTED_VERSION',
      'A newer Fleetglass wrote this log; update to read it.',
      {
        details: { version },
      },
    );
  }
  // The fields come from JSON and hold nothing else.
  const fields = value as JsonObject;
  return {
    ...fields,
    fleetglass: NDJSON_VERSION,
    protocol: typeof protocol === 'number' ? protocol : PROTOCOL_VERSION,
  };
}

function notOurs(): FleetglassError {
  return new FleetglassError(
    'BAD_INPUT',
    'This is not a Fleetglass log: its first line must be {"fleetglass":1,…}.',
  );
}

function readEvent({ text, isPartial }: TextLine): FleetEvent | string {
  if (text === undefined) return 'too long';
  const value = parse(text);
  if (value === undefined) return isPartial ? 'half-written' : 'not JSON';
  try {
    return parseEvent(value);
  } catch (error) {
    if (isFleetglassError(error)) return error.message;
    throw error;
  }
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
