import type { SortOrder } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import type { ShownColumn } from './column.js';

export interface TableHeadProps {
  /** Beginning of the ids of its cells. */
  readonly baseId: string;
  readonly columns: readonly ShownColumn[];
  readonly sort: SortOrder | undefined;
  /** Column that the keyboard is on. */
  readonly active: string | undefined;
  readonly onSort: (column: ShownColumn) => void;
}

/** Headings; those that sort are buttons. The keyboard reaches them through the table. */
export function TableHead({ baseId, columns, sort, active, onSort }: TableHeadProps): ReactElement {
  return (
    <div role="rowgroup" className="fg-table-head fg-quiet">
      <div role="row" aria-rowindex={1} className="fg-row">
        {columns.map((column) => {
          const { id, place, heading, hideHeading, hint, align, sorts } = column;
          const direction = sort?.column === id ? sort.direction : undefined;
          return (
            <div
              key={id}
              id={`${baseId}-${id}`}
              role="columnheader"
              aria-colindex={place}
              aria-sort={sorts && (direction ?? 'none')}
              className="fg-cell"
              data-align={align}
              data-active={active === id || undefined}
              title={hint}
            >
              {sorts ? (
                <button type="button" tabIndex={-1} className="fg-sort" onClick={() => onSort(column)}>
                  {heading}
                  <svg viewBox="0 0 8 8" aria-hidden="true" data-direction={direction}>
                    <path d="M4 7V1.5M1.5 4 4 1.5 6.5 4" />
                  </svg>
                </button>
              ) : (
                <span className={hideHeading ? 'fg-hidden' : undefined}>{heading}</span>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
