import { FleetglassError } from '@fleetglass/core';
import type { EventPage, ReadQuery } from '@fleetglass/core';
import { compileFilter } from '@fleetglass/core/protocol';
import type { Filter, FleetEvent } from '@fleetglass/core/protocol';
import type { Column, Database } from './database.js';
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
  /**
   * Puts events back to the places that they had; those that are there stay.
   *
   * @param events of one run, in their order
   */
  restore(events: readonly FleetEvent[]): void;
  /**
   * Puts rows together whose events are all older than `before`, and packs them. Reading gives the same events.
   *
   * @returns up to where that is done, from `after` on; `undefined` when nothing more is that old
   */
  pack(after: number, before: number): number | undefined;
  /** Runs by their newest event, oldest first, that was written before `before`. */
  quietRuns(before: number, limit: number): string[];
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

  const rowAt = database.prepare(
    'SELECT seq_from, seq_to, body FROM segments WHERE seq_from <= ? ORDER BY seq_from DESC LIMIT 1',
  );
  const rowAfter = database.prepare('SELECT min(seq_from) FROM segments WHERE seq_from > ?');
  const noteRun = database.prepare('INSERT OR IGNORE INTO segment_runs (run_id, seq_from) VALUES (?, ?)');
  const rowsAfter = database.prepare(
    `SELECT seq_from, seq_to, families, body FROM segments WHERE seq_from > ? ORDER BY seq_from LIMIT ${MAX_SEGMENT_EVENTS}`,
  );
  const runsOfRows = database.prepare(
    'SELECT DISTINCT run_id FROM segment_runs WHERE seq_from BETWEEN ? AND ? ORDER BY 1',
  );
  const dropRows = database.prepare('DELETE FROM segments WHERE seq_from BETWEEN ? AND ?');
  const dropRunsOfRow = database.prepare(
    'DELETE FROM segment_runs WHERE run_id = ? AND seq_from BETWEEN ? AND ?',
  );
  const lastRows = database.prepare(
    'SELECT run_id, max(seq_from) AS newest FROM segment_runs GROUP BY run_id ORDER BY newest LIMIT ?',
  );
  const bodyAt = database.prepare('SELECT body FROM segments WHERE seq_from = ?');

  const parse = (body: Column | undefined): FleetEvent[] => JSON.parse(long.decode(body)) as FleetEvent[];

  /** Puts events into the row that their places are in. */
  const mergeInto = (from: number, body: Column | undefined, events: readonly FleetEvent[]): void => {
    const held = parse(body);
    const there = new Set(held.map(({ seq }) => seq));
    const all = [...held, ...events.filter(({ seq }) => !there.has(seq))].sort((a, b) => a.seq - b.seq);
    update.run(from, familyBits(all), bodyOf(all.map((event) => JSON.stringify(event))));
    long.release(body);
  };

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
          'Give `from`, `to` and `limit` as whole numbers, and `limit` at least 1.',
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
    restore(events) {
      for (let i = 0; i < events.length;) {
        const { seq, runId } = events[i] as FleetEvent;
        const [from, to, body] = rowAt.get(seq) ?? [];
        const isInside = from !== undefined && Number(to) >= seq;
        const next = Number(rowAfter.get(seq)?.[0] ?? Number.MAX_SAFE_INTEGER);
        const end = isInside ? Number(to) + 1 : next;
        let count = 1;
        while (count < MAX_SEGMENT_EVENTS && (events[i + count]?.seq ?? end) < end) count += 1;
        const some = events.slice(i, i + count);
        const place = isInside ? Number(from) : seq;
        if (isInside) {
          mergeInto(place, body, some);
        } else {
          const texts = some.map((event) => JSON.stringify(event));
          insert.run(place, (some.at(-1) as FleetEvent).seq, familyBits(some), bodyOf(texts));
        }
        if (runId !== undefined) noteRun.run(runId, place);
        i += count;
      }
    },
    pack(after, before) {
      const newest = readLast();
      const chosen: { readonly to: number; readonly body: Column | undefined; readonly families: number }[] =
        [];
      const texts: string[] = [];
      let first = 0;
      let count = 0;
      let characters = 0;
      for (const [from, to, families, body] of rowsAfter.all(after)) {
        const events = parse(body);
        const isOld = events.every(({ time }) => time < before) && Number(to) < newest;
        const kept = long.decode(body);
        const isFull =
          count > 0 &&
          (count + events.length > MAX_SEGMENT_EVENTS || characters + kept.length > MAX_SEGMENT_CHARACTERS);
        if (!isOld || isFull) break;
        if (chosen.length === 0) first = Number(from);
        chosen.push({ to: Number(to), body, families: Number(families) });
        for (const event of events) texts.push(JSON.stringify(event));
        count += events.length;
        characters += kept.length;
      }
      const last = chosen.at(-1);
      if (!last) return undefined;
      const runs = runsOfRows.all(first, last.to).map(([runId]) => String(runId));
      const packed = long.pack(bodyOf(texts));
      for (const { body } of chosen) long.release(body);
      dropRows.run(first, last.to);
      insert.run(
        first,
        last.to,
        chosen.reduce((bits, { families }) => bits | families, 0),
        packed,
      );
      for (const runId of runs) {
        dropRunsOfRow.run(runId, first, last.to);
        noteRun.run(runId, first);
      }
      return last.to;
    },
    quietRuns(before, limit) {
      const quiet: string[] = [];
      for (const [runId, from] of lastRows.all(limit)) {
        const mine = parse(bodyAt.get(Number(from))?.[0]).filter((event) => event.runId === runId);
        if (mine.some(({ time }) => time >= before)) break;
        quiet.push(String(runId));
      }
      return quiet;
    },
    *ids(head) {
      for (const { id } of scan(1, head, {})) if (id !== undefined) yield id;
    },
  };
}
