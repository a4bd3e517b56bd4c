import type { Table, TableChange } from '../projection/table.js';
import { changesBetween } from '../projection/table.js';

/**
 * Something that is made of all rows of a table once and then follows the rows that change, so that a change of one row
 * costs the same however many there are. The same result as if all rows were looked at each time.
 *
 * @param all makes it of a whole table
 * @param next makes it of the last one and what changed since; `undefined` where all rows have to be looked at
 */
export function followTable<T, R>(
  all: (table: Table<T>) => R,
  next: (last: R, changes: readonly TableChange<T>[]) => R | undefined,
): (table: Table<T>) => R {
  let known: { readonly table: Table<T>; readonly result: R } | undefined;
  return (table) => {
    if (known?.table === table) return known.result;
    const changes = known && changesBetween(known.table, table);
    const followed = known && changes && next(known.result, changes);
    const result = followed ?? all(table);
    known = { table, result };
    return result;
  };
}
