import { createRequire } from 'node:module';

/** A moment around or inside a transaction that writes. */
export interface WriteMoment {
  /** Number of the transaction on this connection, from 1. */
  readonly transaction: number;
  readonly place: 'before' | 'inside' | 'after';
  /** Statements of the transaction that have run; 0 outside. */
  readonly statements: number;
  /** The next statement is the `COMMIT`. */
  readonly isLast: boolean;
}

/** The part of a driver's connection that is needed here. */
export interface RawDatabase {
  exec(sql: string): void;
  prepare(sql: string): RawStatement;
  close(): void;
}

interface RawStatement {
  run(...parameters: unknown[]): unknown;
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
  setReturnArrays?(enabled: boolean): void;
}

type RawDriver = { readonly DatabaseSync: new (file: string) => RawDatabase };

/** The driver that the store would take. */
function realDriver(): RawDriver {
  const builtin = process.getBuiltinModule('node:sqlite') as unknown as RawDriver | undefined;
  return builtin ?? (createRequire(import.meta.url)('@photostructure/sqlite') as RawDriver);
}

/**
 * Lets every SQLite connection that is opened from now on tell its moments, from between the statements that the store
 * itself makes. Nothing of the store is replaced.
 *
 * @returns a function that ends it
 */
export function watchSqlite(watcher: {
  readonly onMoment?: (moment: WriteMoment) => void;
  readonly onOpen?: (database: RawDatabase) => void;
}): () => void {
  const { DatabaseSync } = realDriver();
  const original = process.getBuiltinModule;
  const { onMoment = () => undefined } = watcher;

  function open(file: string): RawDatabase {
    const database = new DatabaseSync(file);
    watcher.onOpen?.(database);
    let transaction = 0;
    let statements: number | undefined;
    const around = <T>(sql: string, run: () => T): T => {
      const verb = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase();
      if (verb === 'BEGIN') {
        onMoment({ transaction: transaction + 1, place: 'before', statements: 0, isLast: false });
        const result = run();
        transaction += 1;
        statements = 0;
        return result;
      }
      if (statements === undefined) return run();
      if (verb === 'COMMIT') {
        onMoment({ transaction, place: 'inside', statements, isLast: true });
        const result = run();
        statements = undefined;
        onMoment({ transaction, place: 'after', statements: 0, isLast: false });
        return result;
      }
      const result = run();
      if (verb === 'ROLLBACK') statements = undefined;
      else {
        statements += 1;
        onMoment({ transaction, place: 'inside', statements, isLast: false });
      }
      return result;
    };
    return {
      exec: (sql) => around(sql, () => database.exec(sql)),
      prepare(sql) {
        const statement = database.prepare(sql);
        return {
          run: (...parameters) => around(sql, () => statement.run(...parameters)),
          get: (...parameters) => around(sql, () => statement.get(...parameters)),
          all: (...parameters) => around(sql, () => statement.all(...parameters)),
          ...(statement.setReturnArrays
            ? { setReturnArrays: (enabled: boolean) => statement.setReturnArrays?.(enabled) }
            : {}),
        };
      },
      close: () => database.close(),
    };
  }

  process.getBuiltinModule = ((name: string): unknown =>
    name === 'node:sqlite'
      ? { DatabaseSync: open as unknown as RawDriver['DatabaseSync'] }
      : original.call(process, name)) as typeof process.getBuiltinModule;
  return () => {
    process.getBuiltinModule = original;
  };
}
