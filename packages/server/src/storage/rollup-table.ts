import {
  createRollupRows,
  DAY_MS,
  HOUR_MS,
  planRollup,
  ROLLUP_COLUMNS,
  ROLLUP_DIMENSIONS,
} from '@fleetglass/core';
import type { RollupCell, RollupPlan, RollupQuery, RollupRow } from '@fleetglass/core';
import { createRecentValues } from '../lib/recent-values.js';
import type { Column, Database } from './database.js';

/** Sums by hour and day in the file. Changes happen inside a transaction. */
export interface RollupTable {
  /** Adds what the events of this transaction changed. */
  add(cells: readonly RollupCell[]): void;
  /** @throws FleetglassError `BAD_INPUT`, `COST_OVERFLOW` */
  read(query: RollupQuery): RollupRow[];
  /** The transaction was undone, or others wrote. */
  refresh(): void;
}

/** Cells are put beside each other as they come, and worked into the rows of their hours when there are so many. */
const MAX_WAITING_ROWS = 64;
const MAX_WAITING_CELLS = 512;
/** What is remembered of questions: so many of them, and so many rows in all. */
const MOST_QUESTIONS = 64;
const MOST_ROWS = 10_000;
/** Dimension of the sums that are not broken down. */
const ALL = 0;
/** Broken down by these there are hours only: most of them are over within one. */
const WITHOUT_DAYS: ReadonlySet<string> = new Set(['run', 'thread']);

const SUMS = ROLLUP_COLUMNS.map((_, place) => `c${String(place)}`);
/** Floating point, since drivers refuse whole numbers that are not exact; those that are stay so. */
const TOTALS = SUMS.map((sum) => `total(${sum})`).join(', ');
const MONEY = ROLLUP_COLUMNS.flatMap((name, place) =>
  ['billed', 'list', 'custom', 'simulated'].includes(name) ? [`total(c${String(place)})`] : [],
).join(' + ');
const CALLS = `total(c${String(ROLLUP_COLUMNS.indexOf('modelCalls'))})`;

/** What makes the tables of an older file. */
export const ROLLUP_SCHEMA = `
  -- Sums of hours ("days" 0) and days (1) of UTC. "dimension" is 0, or the place of what they are broken down by.
  CREATE TABLE rollups (
    dimension INTEGER NOT NULL,
    days INTEGER NOT NULL,
    start INTEGER NOT NULL,
    key TEXT NOT NULL,
    ${SUMS.map((sum) => `${sum} INTEGER NOT NULL`).join(', ')},
    PRIMARY KEY (dimension, days, start, key)
  ) WITHOUT ROWID;
  CREATE INDEX rollups_by_key ON rollups (dimension, key, start);
  -- What was added since the rows above were last brought up to date: JSON arrays of start, keys, and places with sums.
  CREATE TABLE rollup_cells (ordinal INTEGER PRIMARY KEY, body TEXT NOT NULL);
`;

type StoredCell = readonly [start: number, keys: readonly string[], sums: readonly number[]];

const toStored = ({ start, keys, sums }: RollupCell): StoredCell => [
  start,
  ROLLUP_DIMENSIONS.map((dimension) => keys[dimension] ?? ''),
  sums.flatMap((sum, place) => (sum === 0 ? [] : [place, sum])),
];

function fromStored([start, keys, sparse]: StoredCell): RollupCell {
  const sums = new Array<number>(ROLLUP_COLUMNS.length).fill(0);
  for (let i = 0; i < sparse.length; i += 2) sums[sparse[i] as number] = sparse[i + 1] as number;
  return {
    start,
    keys: Object.fromEntries(ROLLUP_DIMENSIONS.map((dimension, place) => [dimension, keys[place]])),
    sums,
  };
}

const addSums = (to: number[], sums: readonly number[]): void => {
  for (let i = 0; i < sums.length; i += 1) to[i] = (to[i] ?? 0) + (sums[i] ?? 0);
};

/** Cells of the same hour about the same are one: what is at work adds to the same few again and again. */
function createCellSums() {
  const sole = new Map<string, RollupCell & { readonly sums: number[] }>();
  return {
    cells: (): readonly RollupCell[] => [...sole.values()],
    add({ start, keys, sums }: RollupCell): void {
      const id = JSON.stringify([start, ROLLUP_DIMENSIONS.map((dimension) => keys[dimension] ?? '')]);
      const cell = sole.get(id);
      if (cell) addSums(cell.sums, sums);
      else sole.set(id, { start, keys, sums: [...sums] });
    },
  };
}

interface Part {
  readonly days: 0 | 1;
  readonly from: number;
  readonly to: number;
}

/** Days where whole ones are asked for, hours at the edges. */
function partsOf({ from, to, by }: RollupPlan, period: RollupQuery['period']): Part[] {
  if (period === 'hour' || WITHOUT_DAYS.has(by ?? '')) return [{ days: 0, from, to }];
  const firstDay = Math.ceil(from / DAY_MS) * DAY_MS;
  const lastDay = Math.floor(to / DAY_MS) * DAY_MS;
  if (firstDay >= lastDay) return [{ days: 0, from, to }];
  return [
    { days: 0, from, to: firstDay },
    { days: 1, from: firstDay, to: lastDay },
    { days: 0, from: lastDay, to },
  ].filter((part): part is Part => part.from < part.to);
}

export function createRollupTable(database: Database): RollupTable {
  const insertCells = database.prepare('INSERT INTO rollup_cells (body) VALUES (?)');
  const selectCells = database.prepare('SELECT body FROM rollup_cells ORDER BY ordinal');
  const removeCells = database.prepare('DELETE FROM rollup_cells');
  const countCells = database.prepare(
    'SELECT count(*), coalesce(sum(json_array_length(body)), 0) FROM rollup_cells',
  );
  const upsert = database.prepare(
    `INSERT INTO rollups VALUES (?, ?, ?, ?, ${SUMS.map(() => '?').join(', ')})
     ON CONFLICT DO UPDATE SET ${SUMS.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(', ')}`,
  );
  const dataVersion = database.prepare('PRAGMA data_version');
  let waiting = readWaiting();
  let version = readVersion();
  /** Cells that wait; unknown since the file changed otherwise than by `add`. */
  let waitingSums: ReturnType<typeof createCellSums> | undefined;
  const memory = { weightOf: (rows: readonly unknown[]) => rows.length, mostWeight: MOST_ROWS };
  // Rows change once for many cells; most events of a log add no cell at all.
  const found = createRecentValues<readonly (readonly Column[])[]>({ ...memory, mostValues: MOST_QUESTIONS });
  const answers = createRecentValues<readonly RollupRow[]>({ ...memory, mostValues: MOST_QUESTIONS });

  function readVersion(): number {
    return Number(dataVersion.get()?.[0]);
  }

  const forget = (): void => {
    waitingSums = undefined;
    found.clear();
    answers.clear();
  };

  /** Another process may have written since. */
  const forgetForeign = (): void => {
    const current = readVersion();
    if (current === version) return;
    version = current;
    forget();
  };

  function readWaiting(): { rows: number; cells: number } {
    const [rows, cells] = countCells.get() ?? [];
    return { rows: Number(rows), cells: Number(cells) };
  }

  function readWaitingSums(): ReturnType<typeof createCellSums> {
    const found = createCellSums();
    for (const [body] of selectCells.all())
      for (const cell of JSON.parse(String(body)) as StoredCell[]) found.add(fromStored(cell));
    return found;
  }

  const waitingCells = (): readonly RollupCell[] => (waitingSums ??= readWaitingSums()).cells();

  const mergeCells = (cells: readonly RollupCell[]): void => {
    const rows = new Map<string, { readonly place: Column[]; readonly sums: number[] }>();
    const addTo = (
      dimension: number,
      days: 0 | 1,
      start: number,
      key: string,
      sums: readonly number[],
    ): void => {
      const id = `${String(dimension)} ${String(days)} ${String(start)} ${key}`;
      const row = rows.get(id);
      if (row) addSums(row.sums, sums);
      else rows.set(id, { place: [dimension, days, start, key], sums: [...sums] });
    };
    for (const { start, keys, sums } of cells) {
      const day = Math.floor(start / DAY_MS) * DAY_MS;
      addTo(ALL, 0, start, '', sums);
      addTo(ALL, 1, day, '', sums);
      ROLLUP_DIMENSIONS.forEach((dimension, place) => {
        addTo(place + 1, 0, start, keys[dimension] ?? '', sums);
        if (!WITHOUT_DAYS.has(dimension)) addTo(place + 1, 1, day, keys[dimension] ?? '', sums);
      });
    }
    for (const { place, sums } of rows.values()) upsert.run(...place, ...sums);
  };

  const readRows = (query: RollupQuery, plan: RollupPlan, waitingKeys: readonly string[]) => {
    const { by, key, limit } = plan;
    const dimension = by === undefined ? ALL : ROLLUP_DIMENSIONS.indexOf(by) + 1;
    const parts = partsOf(plan, query.period);
    const from = parts
      .map(
        () => `SELECT start, key, ${SUMS.join(', ')} FROM rollups ${key === undefined ? '' : 'INDEXED BY rollups_by_key'}
          WHERE dimension = ${String(dimension)} AND days = ? AND start >= ? AND start < ?
          ${key === undefined ? '' : 'AND key = ?'}`,
      )
      .join(' UNION ALL ');
    const values: Column[] = parts.flatMap((part) => [
      part.days,
      part.from,
      part.to,
      ...(key === undefined ? [] : [key]),
    ]);
    // Whole days are rows of days; only what is broken down into hours alone has to be put together.
    const step = query.period === 'day' ? DAY_MS : HOUR_MS;
    const isTotal = query.period === 'total';
    const start = isTotal ? '?' : `start - start % ${String(step)}`;
    let chosen = '';
    if (limit !== undefined) {
      const keys = database
        .prepare(`SELECT key FROM (${from}) GROUP BY key ORDER BY ${MONEY} DESC, ${CALLS} DESC, key LIMIT ?`)
        .all(...values, limit + waitingKeys.length)
        .map(([found]) => String(found));
      chosen = 'WHERE key IN (SELECT value FROM json_each(?))';
      values.push(JSON.stringify([...keys, ...waitingKeys]));
    }
    return database
      .prepare(`SELECT ${start}, key, ${TOTALS} FROM (${from}) ${chosen} GROUP BY 1, 2`)
      .all(...(isTotal ? [plan.from] : []), ...values);
  };

  return {
    add(added) {
      if (added.length === 0) return;
      waitingSums ??= readWaitingSums();
      for (const cell of added) waitingSums.add(cell);
      insertCells.run(JSON.stringify(added.map(toStored)));
      waiting.rows += 1;
      waiting.cells += added.length;
      answers.clear();
      if (waiting.rows < MAX_WAITING_ROWS && waiting.cells < MAX_WAITING_CELLS) return;
      mergeCells(waitingCells());
      removeCells.run();
      waiting = { rows: 0, cells: 0 };
      forget();
      waitingSums = createCellSums();
    },
    read(query) {
      const plan = planRollup(query);
      const { from, to, by, key, limit } = plan;
      forgetForeign();
      const question = JSON.stringify([query.period, from, to, by, key, limit]);
      const known = answers.get(question);
      if (known) return [...known];
      const rows = createRollupRows(plan);
      const waits = waitingCells();
      const keys = by === undefined ? [] : [...new Set(waits.map((cell) => cell.keys[by] ?? ''))];
      const id = limit === undefined ? question : JSON.stringify([question, keys]);
      let stored = found.get(id);
      if (!stored) found.set(id, (stored = readRows(query, plan, keys)));
      for (const [start, of, ...sums] of stored) rows.add(Number(start), String(of), sums.map(Number));
      for (const cell of waits) rows.addCell(cell);
      const answer = rows.rows();
      answers.set(question, answer);
      return [...answer];
    },
    refresh() {
      waiting = readWaiting();
      forget();
    },
  };
}
