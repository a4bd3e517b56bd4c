import { encodeState } from '@fleetglass/core';
import type { EventLog, ReadQuery } from '@fleetglass/core';
import { filterKey, selectsEverything } from '@fleetglass/core/protocol';
import type { Filter } from '@fleetglass/core/protocol';
import { eventText } from '../lib/event-text.js';

/** Encoded events of a closed range of the log. */
export interface TextPage {
  readonly to: number;
  readonly texts: readonly string[];
}

export interface TextSnapshot {
  readonly seq: number;
  /** JSON of the state in its stored form. */
  readonly text: string;
}

/**
 * Reads a log for viewers. After a restart a thousand of them ask for the same pages and the same state within a
 * second: each is read and encoded once.
 */
export interface LogReader {
  /** At most `span` selected events from `from` on; `to` is below `from` when nothing is left. */
  page(filter: Filter, from: number, span: number): Promise<TextPage>;
  /** A state of about now; the events after it follow from the log. */
  snapshot(filter: Filter): Promise<TextSnapshot>;
  /** Forgets what it keeps. */
  clear(): void;
}

const MAX_CACHED_PAGES = 64;
const MAX_CACHED_SNAPSHOTS = 16;
/** A kept state serves until this many events have come after it. */
const SNAPSHOT_REUSE = 500;

/** Remembers the newest `capacity` answers; one that failed is forgotten at once. */
function createCache<T extends { readonly answer: Promise<unknown> }>(capacity: number) {
  const entries = new Map<string, T>();
  return {
    get: (key: string) => entries.get(key),
    set(key: string, entry: T): T {
      entries.delete(key);
      entries.set(key, entry);
      const [oldest] = entries.keys();
      if (entries.size > capacity && oldest !== undefined) entries.delete(oldest);
      entry.answer.catch(() => {
        if (entries.get(key) === entry) entries.delete(key);
      });
      return entry;
    },
    clear: () => entries.clear(),
  };
}

export function createLogReader(log: EventLog): LogReader {
  const pages = createCache<{ readonly answer: Promise<TextPage> }>(MAX_CACHED_PAGES);
  const snapshots = createCache<{ readonly answer: Promise<TextSnapshot>; readonly askedAt: number }>(
    MAX_CACHED_SNAPSHOTS,
  );

  const read = async (query: ReadQuery): Promise<TextPage> => {
    const page = await log.read(query);
    return { to: page.to, texts: page.events.map(eventText) };
  };

  const takeSnapshot = async (filter: Filter, at: number): Promise<TextSnapshot> => {
    const { seq, state } = await log.stateAt(at, filter);
    return { seq, text: JSON.stringify(encodeState(state)) };
  };

  return {
    async page(filter, from, span) {
      const key = `${from} ${span} ${filterKey(filter)}`;
      const kept = pages.get(key);
      if (kept) return kept.answer;
      const head = log.head();
      // Pages of everything end at multiples of their span, so that viewers from different positions soon share them.
      const isEverything = selectsEverything(filter);
      const end = isEverything ? Math.min(head, Math.ceil(from / span) * span) : head;
      const answer = read({ from, to: end, filter, limit: span });
      // The last page of everything still grows, and that nothing is left holds for a moment only.
      if (isEverything ? end < head : from <= head) pages.set(key, { answer });
      return answer;
    },
    async snapshot(filter) {
      const key = filterKey(filter);
      const head = log.head();
      const kept = snapshots.get(key);
      const isFresh = kept && head - kept.askedAt <= SNAPSHOT_REUSE && kept.askedAt + 1 >= log.first();
      return (isFresh ? kept : snapshots.set(key, { answer: takeSnapshot(filter, head), askedAt: head }))
        .answer;
    },
    clear() {
      pages.clear();
      snapshots.clear();
    },
  };
}
