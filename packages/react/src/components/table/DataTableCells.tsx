import type { ReactElement } from 'react';
import type { DataTableContents, ShownColumn } from './column.js';

export interface DataTableCellsProps<C extends string> {
  readonly columns: readonly ShownColumn[];
  readonly cells: DataTableContents<C>;
}

/** The cells of a row, in the order of the columns that are drawn; the first one names the row. */
export function DataTableCells<C extends string>({ columns, cells }: DataTableCellsProps<C>): ReactElement {
  const contents: DataTableContents = cells;
  return (
    <>
      {columns.map(({ id, place, align, heading, card }) => (
        <div
          key={id}
          role={place === 1 ? 'rowheader' : 'gridcell'}
          aria-colindex={place}
          className="fg-cell"
          data-column={id}
          data-align={align}
          data-card={card}
          data-heading={heading}
        >
          {contents[id]}
        </div>
      ))}
    </>
  );
}
