/** By which column rows are sorted, and which way. */
export interface SortOrder<C extends string = string> {
  readonly column: C;
  readonly direction: 'ascending' | 'descending';
}

/** What a row is sorted by; `undefined` is not known and stands last, whichever way. */
export type SortValue = number | string | undefined;

/** Rows in order; those that are equal keep theirs. */
export function sortRows<T>(
  rows: readonly T[],
  valueOf: (row: T) => SortValue,
  direction: SortOrder['direction'],
): readonly T[] {
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort((a, b) => compareValues(a.value, b.value, direction))
    .map(({ row }) => row);
}

/** Which of two rows stands first: below 0 the one with `a`. */
export function compareValues(a: SortValue, b: SortValue, direction: SortOrder['direction']): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a < b === (direction === 'ascending') ? -1 : 1;
}

const LEVELS: { readonly [status: string]: number } = { critical: 0, high: 1, normal: 2, low: 3 };

/** Place of a priority, the most urgent first; a run without one is a normal one. */
export const urgencyOf = (priority: string | undefined): number => LEVELS[priority ?? 'normal'] ?? 2;
