import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { FleetglassError, isFleetglassError } from '@fleetglass/core';

/** A value of a column. */
export type Column = null | number | string | Uint8Array;

interface Changes {
  readonly changes: number | bigint;
}

/** A prepared statement whose rows are arrays, which are cheaper to make than objects. */
export interface Statement {
  /** @returns how many rows it changed */
  run(...parameters: Column[]): Changes;
  get(...parameters: Column[]): readonly Column[] | undefined;
  all(...parameters: Column[]): readonly (readonly Column[])[];
}

/** The part of a synchronous SQLite connection that the store uses. */
export interface Database {
  exec(sql: string): void;
  /** The same statement for the same text. */
  prepare(sql: string): Statement;
  /** Keeps what is written in a journal beside the file (WAL) until it is moved into it. */
  useWal(durability: 'full' | 'normal'): void;
  /** Lets go of the file. The last connection that does so leaves all in one file, without a journal. */
  close(): void;
}

interface DriverStatement {
  run(...parameters: Column[]): Changes;
  get(...parameters: Column[]): unknown;
  all(...parameters: Column[]): unknown[];
  setReturnArrays?(enabled: boolean): void;
}

interface DriverDatabase {
  exec(sql: string): void;
  prepare(sql: string): DriverStatement;
  close(): void;
}

interface Driver {
  readonly DatabaseSync: new (file: string, options?: { readonly readOnly?: boolean }) => DriverDatabase;
}

/** Not imported by name: bundlers would look for it, and Node 20 does not have it. */
const builtinDriver = (): Driver | undefined =>
  process.getBuiltinModule('node:sqlite') as unknown as Driver | undefined;

/** Node's own SQLite from 22.13 on; below that a prebuilt addon with the same interface. */
function loadDriver(): Driver {
  const builtin = builtinDriver();
  if (builtin) return builtin;
  try {
    return createRequire(import.meta.url)('@photostructure/sqlite') as Driver;
  } catch (cause) {
    throw new FleetglassError(
      'STORE_FAILED',
      'No SQLite was found: use Node 22.13 or newer, or install the optional package @photostructure/sqlite.',
      { cause },
    );
  }
}

function asRows(statement: DriverStatement): Statement {
  if (statement.setReturnArrays) {
    statement.setReturnArrays(true);
    return statement as Statement;
  }
  // Early versions of node:sqlite return objects only, with the columns in order.
  return {
    run: (...parameters) => statement.run(...parameters),
    get(...parameters) {
      const row = statement.get(...parameters);
      return row === undefined ? undefined : (Object.values(row as object) as Column[]);
    },
    all: (...parameters) =>
      statement.all(...parameters).map((row) => Object.values(row as object) as Column[]),
  };
}

const NOT_A_DATABASE = 26;
const CORRUPT = 11;
const FULL = 13;
const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const CANNOT_OPEN = 14;

/** Low byte of SQLite's code of an error; the others say more. */
function primaryCode(error: unknown): number | undefined {
  const code = (error as { readonly errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** Whether there was no room for a write. */
export const isDiskFull = (error: unknown): boolean => primaryCode(error) === FULL;

/** Whether others hold what was asked for. */
export const isBusy = (error: unknown): boolean => [BUSY, LOCKED].includes(primaryCode(error) ?? 0);

/** Says what happened to the file in words that tell what to do; passes our own errors through. */
export function storeError(error: unknown, file: string): FleetglassError {
  if (isFleetglassError(error)) return error;
  const primary = primaryCode(error);
  const reason = error instanceof Error ? error.message : 'unknown reason';
  const advice =
    primary === NOT_A_DATABASE || primary === CORRUPT
      ? 'The file is damaged or not a database: restore a copy, or move it away to begin anew.'
      : isDiskFull(error)
        ? 'The disk is full: make room; nothing of this write was kept.'
        : primary === BUSY
          ? 'Another process holds the file: let it finish.'
          : primary === READ_ONLY || primary === CANNOT_OPEN
            ? 'The file or its folder may not be written: change its permissions; nothing of this write was kept.'
            : 'Nothing of this write was kept.';
  return new FleetglassError('STORE_FAILED', `The store ${file} failed (${reason}). ${advice}`, {
    cause: error,
  });
}

/** @throws FleetglassError `STORE_FAILED` when the file cannot be opened */
export function openDatabase(file: string): Database {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    return connect(new (loadDriver().DatabaseSync)(file));
  } catch (error) {
    throw storeError(error, file);
  }
}

/** Opens a database that others own: nothing is created and nothing can be written. Throws what the driver throws. */
export function openReadOnly(file: string): Database {
  return connect(new (loadDriver().DatabaseSync)(file, { readOnly: true }));
}

/**
 * Pages of the journal that are moved into the file together, by the commit that fills it: half of what SQLite does by
 * itself, since nobody is answered meanwhile.
 */
const JOURNAL_PAGES = 500;

function connect(database: DriverDatabase): Database {
  const prepared = new Map<string, Statement>();
  let usesWal = false;
  return {
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      let statement = prepared.get(sql);
      if (!statement) prepared.set(sql, (statement = asRows(database.prepare(sql))));
      return statement;
    },
    useWal(durability) {
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability}; PRAGMA wal_autocheckpoint = ${JOURNAL_PAGES}`,
      );
      usesWal = true;
    },
    close() {
      prepared.clear();
      if (!builtinDriver()) letGo(database, usesWal);
      database.close();
    },
  };
}

/**
 * The addon cannot finalize statements, and SQLite keeps a closed connection alive, with its journal and its locks, until
 * the last statement of it was collected. Without a transaction and a journal it needs no locks.
 */
function letGo(database: DriverDatabase, usesWal: boolean): void {
  const ends = usesWal ? ['PRAGMA wal_checkpoint(TRUNCATE)', 'PRAGMA journal_mode = DELETE'] : [];
  for (const sql of ['ROLLBACK', ...ends]) {
    try {
      database.exec(sql);
    } catch {
      // There is no transaction, or others hold the file, or it is full: then its journal stays, and nothing is lost.
    }
  }
}
