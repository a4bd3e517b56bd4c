import type { SortOrder } from '@fleetglass/core/client';
import type { ReactNode } from 'react';

/** A column of a `DataTable`. */
export interface DataTableColumn<C extends string = string> {
  readonly id: C;
  readonly heading: string;
  /** Tells the heading to assistive technology only. @default false */
  readonly hideHeading?: boolean;
  /** What it means and how it is computed; shown over the heading. */
  readonly hint?: string;
  /** A track of a CSS grid: `1.4fr`, `96px`, `minmax(120px, 1fr)`. */
  readonly width: string;
  /** @default 'start' */
  readonly align?: 'start' | 'end';
  /** Which way it sorts first; without it the column does not sort. */
  readonly sorts?: SortOrder['direction'];
  /** Width of the table in pixels below which the column is left out. */
  readonly hideBelow?: number;
  /**
   * How the cell stands on a card, where the table is too narrow for columns: behind its heading, without it, on a line
   * of its own, or not at all. @default 'labelled'
   */
  readonly card?: 'labelled' | 'plain' | 'line' | 'none';
}

/** A column that is drawn, and its place among all of them, 1-based. */
export interface ShownColumn extends DataTableColumn {
  readonly place: number;
}

/** What a row is drawn with. */
export interface DataTableRowProps {
  readonly id: string;
  /** The keyboard is on this row: its buttons can be reached by Tab. */
  readonly active: boolean;
  /** For `DataTableCells`. */
  readonly columns: readonly ShownColumn[];
}

/** Contents of cells by column; a function is only called for a column that is drawn. */
export type DataTableContents<C extends string = string> = {
  readonly [K in C]: ReactNode;
};

/** Columns that fit a width, or those of a card. */
export function columnsFor(
  columns: readonly DataTableColumn[],
  width: number,
  stacked: boolean,
): readonly ShownColumn[] {
  return columns.flatMap((column, index) => {
    const isShown = stacked ? column.card !== 'none' : width >= (column.hideBelow ?? 0);
    return isShown ? [{ ...column, place: index + 1 }] : [];
  });
}

/** The width up to `width` at which the last column came. */
export const stepOf = (columns: readonly DataTableColumn[], width: number): number =>
  Math.max(0, ...columns.map(({ hideBelow = 0 }) => hideBelow).filter((least) => least <= width));

/** The order that a click on a heading asks for: first one way, then the other, then none. */
export function nextSort(
  { id, sorts = 'ascending' }: DataTableColumn,
  sort: SortOrder | undefined,
): SortOrder | undefined {
  if (sort?.column !== id) return { column: id, direction: sorts };
  if (sort.direction !== sorts) return undefined;
  return { column: id, direction: sorts === 'ascending' ? 'descending' : 'ascending' };
}
