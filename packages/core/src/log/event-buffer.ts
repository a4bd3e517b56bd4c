import { FleetglassError } from '../errors/fleetglass-error.js';
import type { EventDraft, FleetEvent } from '../protocol/event.js';
import { compileFilter } from '../protocol/filter.js';
import { estimateBytes } from './estimate-bytes.js';
import type { EventPage, ReadQuery } from './store.js';

const MAX_CHUNK = 1024;
const DEFAULT_PAGE = 1000;

interface Chunk {
  /** By position; nothing where an event was removed. */
  events: (FleetEvent | undefined)[];
  /** Positions that it takes up. */
  count: number;
  bytes: number;
}

export interface EventBufferOptions {
  /** Most events held. */
  readonly maxEvents: number;
  /** Most bytes held, as {@link estimateBytes} counts. */
  readonly maxBytes: number;
  /** Told of events that were forgotten, oldest first. */
  readonly onForget: (events: readonly FleetEvent[]) => void;
}

/** The newest events of a log in chunks, so that forgetting the oldest costs nothing for each event. */
export interface EventBuffer {
  readonly head: number;
  readonly first: number;
  /** Bytes held, as {@link estimateBytes} counts. */
  readonly bytes: number;
  /** Takes the drafts over and sets their `seq`. */
  append(drafts: readonly EventDraft[]): readonly FleetEvent[];
  read(query: ReadQuery): EventPage;
  /**
   * Takes events of runs out; their positions stay, empty.
   *
   * @param upTo newest `seq` to take out, by run
   */
  remove(upTo: ReadonlyMap<string, number>): FleetEvent[];
  /** Every event held, oldest first. */
  values(): IterableIterator<FleetEvent>;
  clear(): void;
}

function checkQuery({ from, to, limit }: ReadQuery): void {
  if (
    !Number.isSafeInteger(from) ||
    (to !== undefined && !Number.isSafeInteger(to)) ||
    (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 1))
  ) {
    throw new FleetglassError('BAD_INPUT', 'Give `from` and `to` as integers and a `limit` of at least 1.');
  }
}

export function createEventBuffer({ maxEvents, maxBytes, onForget }: EventBufferOptions): EventBuffer {
  const chunkSize = Math.max(1, Math.min(MAX_CHUNK, Math.floor(maxEvents / 8)));
  let chunks: Chunk[] = [];
  let tail: Chunk | undefined;
  let first = 1;
  let head = 0;
  let bytes = 0;

  const forgetOldest = (): void => {
    while (chunks.length > 0 && (head - first + 1 > maxEvents || bytes > maxBytes)) {
      const oldest = chunks.shift();
      if (!oldest) return;
      if (oldest === tail) tail = undefined;
      first += oldest.count;
      bytes -= oldest.bytes;
      onForget(oldest.events.filter((event) => event !== undefined));
    }
  };

  return {
    get head() {
      return head;
    },
    get first() {
      return first;
    },
    get bytes() {
      return bytes;
    },
    append(drafts) {
      // Ownership of the drafts was handed over: they become the stored events, without a copy.
      const events = drafts as readonly (EventDraft & { seq: number })[];
      for (let i = 0; i < events.length; i += 1) {
        const event = events[i] as EventDraft & { seq: number };
        if (!tail || tail.count >= chunkSize) {
          tail = { events: [], count: 0, bytes: 0 };
          chunks.push(tail);
        }
        const size = estimateBytes(event);
        head += 1;
        event.seq = head;
        tail.events.push(event);
        tail.count += 1;
        tail.bytes += size;
        bytes += size;
      }
      forgetOldest();
      return events;
    },
    read(query) {
      checkQuery(query);
      const from = Math.max(1, query.from);
      const to = Math.min(query.to ?? head, head);
      const limit = query.limit ?? DEFAULT_PAGE;
      if (from < first) {
        throw new FleetglassError(
          'CURSOR_TOO_OLD',
          'The log no longer holds this range; start from a snapshot.',
          {
            details: { first },
          },
        );
      }
      if (to < from) return { from, to: from - 1, events: [] };
      const matches = query.filter && compileFilter(query.filter);
      const events: FleetEvent[] = [];
      // Every chunk but the last is full, so a position can be computed.
      for (let seq = from; seq <= to; seq += 1) {
        const offset = seq - first;
        const event = chunks[Math.floor(offset / chunkSize)]?.events[offset % chunkSize];
        if (!event || (matches && !matches(event))) continue;
        events.push(event);
        if (events.length >= limit) return { from, to: seq, events };
      }
      return { from, to, events };
    },
    remove(upTo) {
      const removed: FleetEvent[] = [];
      for (const chunk of chunks) {
        const before = removed.length;
        let left = 0;
        for (let i = 0; i < chunk.events.length; i += 1) {
          const event = chunk.events[i];
          if (!event) continue;
          if (event.runId === undefined || event.seq > (upTo.get(event.runId) ?? 0)) {
            left += 1;
            continue;
          }
          chunk.events[i] = undefined;
          removed.push(event);
        }
        for (let i = before; i < removed.length; i += 1) {
          const size = estimateBytes(removed[i] as FleetEvent);
          chunk.bytes -= size;
          bytes -= size;
        }
        if (left === 0 && chunk.count >= chunkSize) chunk.events = [];
      }
      return removed;
    },
    *values() {
      for (const { events } of chunks) for (const event of events) if (event) yield event;
    },
    clear() {
      chunks = [];
      tail = undefined;
      first = head + 1;
      bytes = 0;
    },
  };
}
