import { encodeState } from '@fleetglass/core';
import type { EventLog, StateSnapshot } from '@fleetglass/core';
import { filterKey } from '@fleetglass/core/protocol';
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
  /** Selected events from `from` on, at most a page of them; `to` is below `from` when nothing is left. */
  page(filter: Filter, from: number): Promise<TextPage>;
  /** A state of about now; the events after it follow from the log. */
  snapshot(filter: Filter): Promise<TextSnapshot>;
  /** Forgets what it keeps. */
  clear(): void;
}

/** Pages end at multiples of this, so that viewers who come from different positions soon share them. */
const PAGE_SPAN = 1_000;
const MAX_CACHED_PAGES = 64;
const MAX_CACHED_SNAPSHOTS = 16;
/** A kept state serves until this many events have come after it. */
const SNAPSHOT_REUSE = 500;

/** Remembers what was asked for last; a failed answer is forgotten at once. */
function createCache<T>(capacity: number) {
  const entries = new Map<string, Promise<T>>();
  return {
    get: (key: string) => entries.get(key),
    set(key: string, value: Promise<T>): Promise<T> {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size > capacity) {
        const [oldest] = entries.keys();
        if (oldest !== undefined) entries.delete(oldest);
      }
      value.catch(() => {
        if (entries.get(key) === value) entries.delete(key);
      });
      return value;
    },
    clear: () => entries.clear(),
  };
}

export function createLogReader(log: EventLog): LogReader {
  const pages = createCache<TextPage>(MAX_CACHED_PAGES);
  const snapshots = createCache<TextSnapshot & { readonly askedAt: number }>(MAX_CACHED_SNAPSHOTS);

  const read = async (filter: Filter, from: number, to: number): Promise<TextPage> => {
    const page = await log.read({ from, to, filter });
    return { to: page.to, texts: page.events.map(eventText) };
  };

  const takeSnapshot = async (filter: Filter, askedAt: number) => {
    const { seq, state }: StateSnapshot = await log.stateAt(askedAt, filter);
    return { seq, text: JSON.stringify(encodeState(state)), askedAt };
  };

  return {
    async page(filter, from) {
      const head = log.head();
      const end = Math.ceil(from / PAGE_SPAN) * PAGE_SPAN;
      // A page that still grows is not kept.
      if (end > head) return read(filter, from, head);
      const key = `${from} ${filterKey(filter)}`;
      return pages.get(key) ?? pages.set(key, read(filter, from, end));
    },
    async snapshot(filter) {
      const key = filterKey(filter);
      const kept = await snapshots.get(key)?.catch(() => undefined);
      const head = log.head();
      if (kept && head - kept.askedAt <= SNAPSHOT_REUSE && kept.seq + 1 >= log.first()) return kept;
      return snapshots.set(key, takeSnapshot(filter, head));
    },
    clear() {
      pages.clear();
      snapshots.clear();
    },
  };
}
