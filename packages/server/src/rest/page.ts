import { FleetglassError } from '@fleetglass/core';
import type { FleetState } from '@fleetglass/core';
import { encodeCursor } from '@fleetglass/core/protocol';
import * as z from 'zod';
import type { Call } from './endpoint.js';
import { encodePlace, placeOf } from './place.js';
import type { PageQuery } from './place.js';
import type { Reading } from './reader.js';

/** A page of a list as it is answered. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().describe('Absent on the last page').optional(),
    total: z.number().int().describe('Items of all pages together'),
    position: z.string().describe('Where in the log this list holds: subscribe from here to follow it'),
  });

/** How a list is read from a state. */
export interface Listing<Row, View> {
  /** Everything that is wanted, in order. */
  readonly rows: (state: FleetState) => readonly Row[];
  /** Unique within the list. */
  readonly keyOf: (row: Row) => string;
  readonly viewOf: (row: Row, state: FleetState) => View;
  /** Run that all of it is about. @default it is about several */
  readonly run?: string;
}

/**
 * A page of a list. All pages together are the list as it was at the position of the first one, whatever was written
 * meanwhile: each item is in exactly one of them.
 *
 * @throws FleetglassError `CURSOR_INVALID`, `CURSOR_TOO_OLD`
 */
export async function page<Row, View>(
  call: Call<unknown, PageQuery>,
  { rows, keyOf, viewOf, run }: Listing<Row, View>,
) {
  const { reader, scope, query } = call;
  const place = placeOf(call);
  const newest = (): Promise<Reading> => (run === undefined ? reader.head(scope) : reader.run(run, scope));
  const { seq, state } = place ? await reader.at(place.seq, scope, run) : await newest();
  const all = rows(state);
  const from = place?.at ?? 0;
  const last = all[from - 1];
  if (place && (last === undefined || keyOf(last) !== place.after)) {
    throw new FleetglassError(
      'CURSOR_TOO_OLD',
      'Runs were deleted since the first page; begin with the first page.',
    );
  }
  const chosen = all.slice(from, from + query.limit);
  const at = from + chosen.length;
  const end = chosen.at(-1);
  return {
    items: chosen.map((row) => viewOf(row, state)),
    ...(end !== undefined && at < all.length
      ? { nextCursor: encodePlace(call, { seq, at, after: keyOf(end) }) }
      : {}),
    total: all.length,
    position: encodeCursor({ epoch: reader.log.epoch, seq }),
  };
}
