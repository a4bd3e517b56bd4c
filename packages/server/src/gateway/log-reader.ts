import { compact, encodeState } from '@fleetglass/core';
import type { EventLog, ReadQuery } from '@fleetglass/core';
import { filterKey } from '@fleetglass/core/protocol';
import type { Filter } from '@fleetglass/core/protocol';
import { linesOf } from '../lib/event-text.js';
import type { EventLine } from '../lib/event-text.js';
import { compileAlternatives, isEverything, selectionKey } from './selection.js';
import type { Selection } from './selection.js';

/** Encoded events of a closed range of the log. */
export interface TextPage {
  readonly to: number;
  readonly lines: readonly EventLine[];
  /** Whether lines stand for more than one event. */
  readonly isMerged: boolean;
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
  /**
   * At most `span` selected events from `from` on; `to` is below `from` when nothing is left.
   *
   * @param isMerged says in fewer events what those which only continue each other say
   */
  page(filter: Selection, from: number, span: number, isMerged?: boolean): Promise<TextPage>;
  /**
   * A state of about now; the events after it follow from the log.
   *
   * @param above what its viewer has been told already: an older state would take it back
   */
  snapshot(filter: Filter, above?: number): Promise<TextSnapshot>;
  /** Forgets what it keeps. */
  clear(): void;
}

/** A page ends with the event that exceeds it: a socket that cannot take more still holds it. */
export const PAGE_CHARACTERS = 128 * 1024;
const MAX_CACHED_PAGES = 64;
const MAX_CACHED_SNAPSHOTS = 16;
/** A kept state serves until this many events have come after it. */
const SNAPSHOT_REUSE = 500;

interface SelectedRange extends ReadQuery {
  readonly filter: Selection;
}

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

  const read = async (query: SelectedRange, isMerged: boolean): Promise<TextPage> => {
    const { to, events: found } = await log.read(query);
    const events = query.filter.anyOf ? found.filter(compileAlternatives(query.filter)) : found;
    const told = isMerged ? compact(events) : events;
    const lines = linesOf(told);
    let characters = 0;
    const full = lines.findIndex(({ text }) => (characters += text.length) >= PAGE_CHARACTERS);
    const page = { to, lines, isMerged: told.length < events.length };
    const last = lines[full];
    return last && full < lines.length - 1
      ? { ...page, to: last.seq, lines: lines.slice(0, full + 1) }
      : page;
  };

  const takeSnapshot = async (filter: Filter, at: number): Promise<TextSnapshot> => {
    const { seq, state } = await log.stateAt(at, filter);
    return { seq, text: JSON.stringify(encodeState(state)) };
  };

  return {
    async page(filter, from, span, isMerged = false) {
      const key = `${from} ${span} ${isMerged} ${selectionKey(filter)}`;
      const kept = pages.get(key);
      if (kept) return kept.answer;
      const head = log.head();
      // Pages of everything end at multiples of their span, so that viewers from different positions soon share them.
      const isWhole = isEverything(filter);
      const end = isWhole ? Math.min(head, Math.ceil(from / span) * span) : head;
      const answer = read({ from, to: end, filter, limit: span }, isMerged);
      // The last page of everything still grows, and that nothing is left holds for a moment only.
      if (isWhole ? end < head : from <= head) pages.set(key, { answer });
      return answer;
    },
    async snapshot(filter, above = 0) {
      const key = filterKey(filter);
      const head = log.head();
      const kept = snapshots.get(key);
      const isFresh =
        kept &&
        head - kept.askedAt <= SNAPSHOT_REUSE &&
        kept.askedAt + 1 >= log.first() &&
        kept.askedAt >= above;
      return (isFresh ? kept : snapshots.set(key, { answer: takeSnapshot(filter, head), askedAt: head }))
        .answer;
    },
    clear() {
      pages.clear();
      snapshots.clear();
    },
  };
}
