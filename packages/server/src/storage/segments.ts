import { FleetglassError } from '@fleetglass/core';
import type { EventPage, ReadQuery } from '@fleetglass/core';
import { compileFilter } from '@fleetglass/core/protocol';
import type { Filter, FleetEvent } from '@fleetglass/core/protocol';
import type { Database } from './database.js';
import type { LongTexts } from './long-texts.js';

/** Bits of the column `families`: a place once taken is kept for ever. */
const FAMILIES = [
  'run',
  'agent',
  'task',
  'span',
  'usage',
  'message',
  'file',
  'log',
  'edge',
  'checkpoint',
  'budget',
  'approval',
  'alert',
  'context',
  'system',
];
const FAMILY_BITS: ReadonlyMap<string, number> = new Map(FAMILIES.map((family, bit) => [family, 1 << bit]));
/** Families that the writer did not know; a reader that does has to look there too. */
const OTHER = 1 << 30;
const ANY_FAMILY = 2 ** 31 - 1;

const familyBit = (type: string): number => {
  const dot = type.indexOf('.');
  return FAMILY_BITS.get(dot === -1 ? type : type.slice(0, dot)) ?? OTHER;
};

const familyBits = (events: readonly FleetEvent[]): number =>
  events.reduce((bits, { type }) => bits | familyBit(type), 0);

const familiesOf = (filter: Filter): number =>
  filter.types ? filter.types.reduce((bits, type) => bits | familyBit(type), OTHER) : ANY_FAMILY;

/** Longest row: long enough that a row costs little, short enough that a page does not read much in vain. */
const MAX_SEGMENT_EVENTS = 256;
const MAX_SEGMENT_CHARACTERS = 256 * 1024;
const ROWS_AT_A_TIME = 8;
const DEFAULT_LIMIT = 1_000;

/** Events in rows of many. */
export interface Segments {
  /** Newest `seq` on disk. */
  readLast(): number;
  /** Writes a range; `texts` are the events' JSON. */
  write(from: number, events: readonly FleetEvent[], texts: readonly string[]): void;
  read(query: ReadQuery, head: number): EventPage;
  /** Takes a run's events out of their rows. @returns those that there were */
  remove(runId: string): FleetEvent[];
  /** Every event's `id`, page by page. */
  ids(head: number): IterableIterator<string>;
}

export function createSegments(database: Database, long: LongTexts): Segments {
  const insert = database.prepare(
    'INSERT INTO segments (seq_from, seq_to, families, body) VALUES (?, ?, ?, ?)',
  );
  const insertRun = database.prepare('INSERT INTO segment_runs (run_id, seq_from) VALUES (?, ?)');
  const last = database.prepare('SELECT seq_to FROM segments ORDER BY seq_from DESC LIMIT 1');
  const selectOf = database.prepare(
    `SELECT s.seq_from, s.seq_to, s.body FROM segment_runs r JOIN segments s ON s.seq_from = r.seq_from
     WHERE r.run_id = ?`,
  );
  const update = database.prepare('UPDATE segments SET families = ?2, body = ?3 WHERE seq_from = ?1');
  const removeRow = database.prepare('DELETE FROM segments WHERE seq_from = ?');
  const removeRun = database.prepare('DELETE FROM segment_runs WHERE run_id = ?');
  // The row that holds the first seq may begin before it.
  const select = database.prepare(
    `SELECT seq_to, body FROM segments
     WHERE seq_from >= (SELECT coalesce(max(seq_from), 0) FROM segments WHERE seq_from <= ?1) AND seq_from <= ?2
       AND families & ?3
     ORDER BY seq_from LIMIT ${ROWS_AT_A_TIME}`,
  );
  const selectRun = database.prepare(
    `SELECT s.seq_to, s.body FROM segment_runs r JOIN segments s ON s.seq_from = r.seq_from
     WHERE r.run_id = ?4 AND r.seq_from <= ?2 AND s.families & ?3
       AND r.seq_from >= (SELECT coalesce(max(seq_from), 0) FROM segments WHERE seq_from <= ?1)
     ORDER BY r.seq_from LIMIT ${ROWS_AT_A_TIME}`,
  );

  const bodyOf = (texts: readonly string[]): string =>
    `[${texts.map((text) => long.encode(text)).join(',')}]`;

  const writeRow = (from: number, events: readonly FleetEvent[], texts: readonly string[]): void => {
    const runs = new Set<string>();
    for (const { runId } of events) if (runId !== undefined) runs.add(runId);
    insert.run(from, from + events.length - 1, familyBits(events), bodyOf(texts));
    for (const runId of runs) insertRun.run(runId, from);
  };

  const readLast = (): number => Number(last.get()?.[0] ?? 0);

  /** Stored events from `from` to `to` whose segment may hold selected ones. */
  function* scan(from: number, to: number, filter: Filter): IterableIterator<FleetEvent> {
    const families = familiesOf(filter);
    for (let next = from; next <= to;) {
      const rows =
        filter.runId === undefined
          ? select.all(next, to, families)
          : selectRun.all(next, to, families, filter.runId);
      for (const [rowTo, body] of rows) {
        for (const event of JSON.parse(long.decode(body)) as FleetEvent[]) {
          if (event.seq >= next && event.seq <= to) yield event;
        }
        next = Number(rowTo) + 1;
      }
      if (rows.length < ROWS_AT_A_TIME) return;
    }
  }

  return {
    readLast,
    write(from, events, texts) {
      let start = 0;
      let characters = 0;
      for (let i = 0; i < events.length; i += 1) {
        characters += texts[i]?.length ?? 0;
        const isFull = i + 1 - start >= MAX_SEGMENT_EVENTS || characters >= MAX_SEGMENT_CHARACTERS;
        if (!isFull && i + 1 < events.length) continue;
        writeRow(from + start, events.slice(start, i + 1), texts.slice(start, i + 1));
        start = i + 1;
        characters = 0;
      }
    },
    read({ from: wanted, to = Number.MAX_SAFE_INTEGER, filter = {}, limit = DEFAULT_LIMIT }, head) {
      if (![wanted, to, limit].every(Number.isSafeInteger) || limit < 1) {
        throw new FleetglassError(
          'BAD_INPUT',
          '`from`, `to` and `limit` are whole numbers, and `limit` at least 1.',
        );
      }
      const from = Math.max(1, wanted);
      const end = Math.min(to, head);
      const matches = compileFilter(filter);
      const events: FleetEvent[] = [];
      for (const event of scan(from, end, filter)) {
        if (!matches(event)) continue;
        events.push(event);
        if (events.length >= limit) return { from, to: event.seq, events };
      }
      return { from, to: Math.max(end, from - 1), events };
    },
    remove(runId) {
      const removed: FleetEvent[] = [];
      const newest = readLast();
      for (const [from, to, body] of selectOf.all(runId)) {
        const events = JSON.parse(long.decode(body)) as FleetEvent[];
        const left: FleetEvent[] = [];
        for (const event of events) (event.runId === runId ? removed : left).push(event);
        // The newest row tells where the log ends.
        if (left.length === 0 && Number(to) < newest) {
          removeRow.run(Number(from));
        } else {
          update.run(Number(from), familyBits(left), bodyOf(left.map((event) => JSON.stringify(event))));
        }
        long.release(body);
      }
      removeRun.run(runId);
      return removed;
    },
    *ids(head) {
      for (const { id } of scan(1, head, {})) if (id !== undefined) yield id;
    },
  };
}
