'use client';

import type { SortOrder } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { SelectField } from '../parts/SelectField.js';
import type { DataTableColumn } from './column.js';
import { tableLabels } from './table-labels.js';

export interface CardSortProps {
  readonly columns: readonly DataTableColumn[];
  readonly sort: SortOrder | undefined;
  readonly onSortChange: (sort: SortOrder | undefined) => void;
}

/** What headings are for in a table that is too narrow for them. */
export function CardSort({ columns, sort, onSortChange }: CardSortProps): ReactElement {
  const words = useTexts().labels(tableLabels);
  const sortable = columns.filter((column) => column.sorts);
  const turned = sort?.direction === 'ascending' ? 'descending' : 'ascending';
  return (
    <div className="fg-table-sort">
      <SelectField
        label={words.sortBy}
        showLabel
        value={sort?.column ?? ''}
        options={[
          { value: '', label: words.noSort },
          ...sortable.map(({ id, heading }) => ({ value: id, label: heading })),
        ]}
        onChange={(id) => {
          const column = sortable.find((candidate) => candidate.id === id);
          onSortChange(column?.sorts && { column: id, direction: column.sorts });
        }}
      />
      {sort ? (
        <button
          type="button"
          className="fg-link"
          onClick={() => onSortChange({ ...sort, direction: turned })}
        >
          {words[sort.direction]}
        </button>
      ) : null}
    </div>
  );
}
