import { FleetglassError } from '../errors/fleetglass-error.js';

/** Opaque position in a log: everything up to and including it has been seen. Only this file looks inside. */
export type Cursor = string & { readonly __cursor: never };

/** What a cursor says: which life of the log, and the last `seq` seen in it (0: nothing yet). */
export interface CursorPosition {
  readonly epoch: string;
  readonly seq: number;
}

/** A cursor as text, to be kept by a viewer and handed back as it is. */
export function encodeCursor(position: CursorPosition): Cursor {
  return `${position.epoch}.${position.seq.toString(36)}` as Cursor;
}

/** @throws FleetglassError `CURSOR_INVALID` when `cursor` was not made by {@link encodeCursor} */
export function decodeCursor(cursor: string): CursorPosition {
  const match = /^([\w-]{1,64})\.([0-9a-z]{1,11})$/.exec(cursor);
  const seq = match ? Number.parseInt(match[2] as string, 36) : Number.NaN;
  if (!match || !Number.isSafeInteger(seq)) {
    throw new FleetglassError('CURSOR_INVALID', 'The cursor is malformed; subscribe without one.');
  }
  return { epoch: match[1] as string, seq };
}
