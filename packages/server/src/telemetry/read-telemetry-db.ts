import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FleetglassError, isFleetglassError } from '@fleetglass/core';
import type { PriceTable } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import type { INVOCATION_COLUMNS, InvocationRow } from '@fleetglass/sources/telemetry-db';
import { openReadOnly } from '../storage/database.js';
import type { Column, Database } from '../storage/database.js';

/** Prices, names and bounds of what is read. */
export interface ReadTelemetryDbOptions {
  readonly prices: PriceTable;
  /** @default 'telemetry-db:' and the name of the file */
  readonly runId?: string;
  /** Name of the run. @default name of the file */
  readonly name?: string;
  /**
   * Reads only rows after this one: a number that `onRow` told before. Days are then not compared with `daily_costs`.
   * @default from the first one
   */
  readonly after?: number;
  /** Told the number of the last row of each batch, after the batch was taken. */
  readonly onRow?: (rowId: number) => void;
}

const PAGE = 500;
/** Longest text of a column that is read. */
const MAX_TEXT = 4_096;
const MAX_INTEGER = String(Number.MAX_SAFE_INTEGER);
/** Before the first row; rows may have numbers below 0. */
const FIRST = Number.MIN_SAFE_INTEGER;
const INVOCATIONS = 'invocations';
const DAILY_COSTS = 'daily_costs';

/**
 * Reads the telemetry of another service, a SQLite file with the tables `invocations` and `daily_costs`, as batches of
 * events of one run (see `createTelemetryConverter`). The file is opened for reading only and read in pages by row
 * number, so that memory does not grow with it and its owner can go on writing. Columns and tables that it lacks are
 * warnings; what its privacy levels hide is not even read.
 *
 * @throws FleetglassError `NOT_FOUND` when there is no such file, `BAD_INPUT` when it is no database or has no table
 * `invocations`, `STORE_FAILED` when there is no SQLite to read it with
 */
export async function* readTelemetryDb(
  path: string,
  options: ReadTelemetryDbOptions,
): AsyncGenerator<readonly EventInput[], void, undefined> {
  const {
    prices,
    name = basename(path),
    runId = `telemetry-db:${basename(path)}`,
    after = FIRST,
    onRow,
  } = options;
  await stat(path).catch((cause: unknown) => {
    throw new FleetglassError('NOT_FOUND', `There is no file at ${path}: name one that is there.`, { cause });
  });
  // Only where such a file is read.
  const { createTelemetryConverter, INVOCATION_COLUMNS } = await import('@fleetglass/sources/telemetry-db');
  const converter = createTelemetryConverter({ prices, runId, name });
  const database = open(path);
  try {
    const has = columnsOf(database, INVOCATIONS);
    if (has.size === 0) throw bad(path, `it has no table ${INVOCATIONS}`);
    const batch: EventInput[] = [];
    const lacking = INVOCATION_COLUMNS.filter((column) => !has.has(column));
    if (lacking.length === INVOCATION_COLUMNS.length)
      throw bad(path, `${INVOCATIONS} has none of the known columns`);
    for (const column of lacking)
      batch.push(...converter.missing(`column ${column} in the table ${INVOCATIONS}`));
    const costs = columnsOf(database, DAILY_COSTS);
    if (costs.size === 0) batch.push(...converter.missing(`table ${DAILY_COSTS}`));
    else if (after === FIRST) readDailyCosts(database, costs, (row) => converter.dailyCost(row));

    const columns = INVOCATION_COLUMNS.filter((column) => has.has(column));
    const page = database.prepare(pageSql(columns, has));
    for (let last = after; ;) {
      const rows = page.all(last);
      for (const [rowId, ...values] of rows) {
        last = Number(rowId);
        batch.push(...converter.invocation(rowOf(columns, values), last));
      }
      if (rows.length === 0) break;
      if (batch.length > 0) yield batch.splice(0);
      onRow?.(last);
    }
    batch.push(...converter.end());
    if (batch.length > 0) yield batch;
  } catch (error) {
    throw isFleetglassError(error) ? error : bad(path, said(error), error);
  } finally {
    database.close();
  }
}

function open(path: string): Database {
  try {
    return openReadOnly(path);
  } catch (error) {
    throw isFleetglassError(error) ? error : bad(path, said(error), error);
  }
}

const said = (error: unknown): string => (error instanceof Error ? error.message : 'unknown reason');

function bad(path: string, reason: string, cause?: unknown): FleetglassError {
  return new FleetglassError(
    'BAD_INPUT',
    `${path} cannot be read as telemetry, choose another file: ${reason}.`,
    { cause },
  );
}

/** Names of a table's columns in lower case; none where there is no such table. */
function columnsOf(database: Database, table: string): ReadonlySet<string> {
  const rows = database
    .prepare(
      `SELECT info.name FROM sqlite_master AS master, pragma_table_info(master.name) AS info
       WHERE master.type = 'table' AND lower(master.name) = ?`,
    )
    .all(table);
  return new Set(rows.map(([name]) => String(name).toLowerCase()));
}

/** Values that every driver can carry: no bytes, no endless text, no integers that a number does not hold. */
function tame(column: string): string {
  return `CASE typeof(${column}) WHEN 'blob' THEN NULL WHEN 'text' THEN substr(${column}, 1, ${String(MAX_TEXT)})
    WHEN 'integer' THEN CASE WHEN ${column} BETWEEN -${MAX_INTEGER} AND ${MAX_INTEGER} THEN ${column}
    ELSE CAST(${column} AS TEXT) END ELSE ${column} END`;
}

function pageSql(columns: readonly string[], has: ReadonlySet<string>): string {
  const selected = columns.map((column) => {
    if (column !== 'error_message') return tame(column);
    // Errors quote what was sent; what may not be shown does not leave the file.
    return has.has('privacy_level') ? `CASE WHEN privacy_level = 'full' THEN ${tame(column)} END` : 'NULL';
  });
  return `SELECT rowid, ${selected.join(', ')} FROM ${INVOCATIONS}
    WHERE rowid > ? AND rowid <= ${MAX_INTEGER} ORDER BY rowid LIMIT ${String(PAGE)}`;
}

function rowOf(
  columns: readonly (typeof INVOCATION_COLUMNS)[number][],
  values: readonly Column[],
): InvocationRow {
  return Object.fromEntries(columns.map((column, index) => [column, values[index]]));
}

/** Names that services give the sum of a day. */
const SUM_COLUMNS = ['total_cost_usd', 'cost_usd', 'total_cost'];

function readDailyCosts(
  database: Database,
  has: ReadonlySet<string>,
  take: (row: { readonly date: unknown; readonly total_cost_usd: unknown }) => void,
): void {
  const sum = SUM_COLUMNS.find((column) => has.has(column));
  if (!has.has('date') || sum === undefined) return;
  const page = database.prepare(
    `SELECT rowid, ${tame('date')}, ${tame(sum)} FROM ${DAILY_COSTS}
     WHERE rowid > ? AND rowid <= ${MAX_INTEGER} ORDER BY rowid LIMIT ${String(PAGE)}`,
  );
  for (let last = 0; ;) {
    const rows = page.all(last);
    if (rows.length === 0) return;
    for (const [rowId, date, usd] of rows) {
      last = Number(rowId);
      take({ date, total_cost_usd: usd });
    }
  }
}
