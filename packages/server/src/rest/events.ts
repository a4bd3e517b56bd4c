import type { FleetEvent } from '@fleetglass/core/protocol';
import type { Filter } from '@fleetglass/core/protocol';
import { encodeCursor } from '@fleetglass/core/protocol';
import * as z from 'zod';
import { narrow } from '../gateway/access.js';
import { nextTurn } from '../lib/next-turn.js';
import type { Call } from './endpoint.js';
import { encodePlace, placeOf } from './place.js';
import type { PageQuery } from './place.js';

/** Positions that are looked through in one turn of the event loop. */
const WINDOW = 5_000;
/** The first look is as short as a page that finds what it wants at once; each further one is longer. */
const WIDER = 4;
/** Positions for one page: a rare event is not searched for without end. */
const MOST_POSITIONS = 40 * WINDOW;

/** A page of a list that is read from the log's events. */
export const eventPageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .describe(
        'Where to go on. Follow it until it is absent; a page may hold few items, or none, when they are rare',
      )
      .optional(),
    position: z.string().describe('Newest position of the log at the time of the answer'),
  });

export type Direction = 'ascending' | 'descending';

/** Which events are looked for. */
export interface Scan {
  readonly filter: Filter;
  readonly direction: Direction;
  /** Closed range of positions. @default the whole log */
  readonly from?: number;
  readonly to?: number;
  readonly accept: (event: FleetEvent) => boolean;
}

interface Found {
  readonly events: readonly FleetEvent[];
  /** Position after which to go on; `undefined` when all was looked through. */
  readonly last: number | undefined;
}

async function scan(
  call: Call,
  { filter, direction, accept, from, to }: Scan,
  limit: number,
): Promise<Found> {
  const { log } = call.reader;
  const first = Math.max(log.first(), from ?? 1);
  const end = Math.min(log.head(), to ?? Infinity);
  const isUp = direction === 'ascending';
  const events: FleetEvent[] = [];
  let next = isUp ? first : end;
  let width = Math.min(WINDOW, limit);
  for (let seen = 0; next >= first && next <= end;) {
    if (seen >= MOST_POSITIONS) return { events, last: isUp ? next - 1 : next + 1 };
    if (seen > 0) await nextTurn();
    const [low, high] = isUp
      ? [next, Math.min(end, next + width - 1)]
      : [Math.max(first, next - width + 1), next];
    seen += width;
    width = Math.min(WINDOW, width * WIDER);
    const read = await log.read({ from: low, to: high, filter, limit: WINDOW });
    for (const event of isUp ? read.events : [...read.events].reverse()) {
      if (!accept(event)) continue;
      events.push(event);
      if (events.length === limit) return { events, last: event.seq };
    }
    next = isUp ? high + 1 : low - 1;
  }
  return { events, last: undefined };
}

/**
 * A page of events that may be seen. Events do not change, so each is in exactly one page; ascending pages also reach
 * those that came after the first one.
 *
 * @throws FleetglassError `CURSOR_INVALID`, `CURSOR_TOO_OLD`, `FORBIDDEN` for a filter outside the scope
 */
export async function eventPage<View>(
  call: Call<unknown, PageQuery>,
  { filter, direction, from = 1, to = Infinity, accept }: Scan,
  viewOf: (event: FleetEvent) => View,
) {
  const place = placeOf(call);
  const isUp = direction === 'ascending';
  const range = {
    filter: narrow(filter, call.scope),
    direction,
    accept,
    from: place && isUp ? Math.max(from, place.seq + 1) : from,
    to: place && !isUp ? Math.min(to, place.seq - 1) : to,
  };
  const { events, last } = await scan(call, range, call.query.limit);
  const { epoch } = call.reader.log;
  return {
    items: events.map(viewOf),
    ...(last === undefined ? {} : { nextCursor: encodePlace(call, { seq: last, at: 0, after: '' }) }),
    position: encodeCursor({ epoch, seq: call.reader.log.head() }),
  };
}

/** The newest events that may be seen, the newest first; as far back as one page would look. */
export async function recentEvents(
  call: Call,
  filter: Filter,
  limit: number,
): Promise<readonly FleetEvent[]> {
  const range = { filter: narrow(filter, call.scope), direction: 'descending' as const, accept: () => true };
  return (await scan(call, range, limit)).events;
}
