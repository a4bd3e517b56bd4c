import { defineLabels } from '../../labels/define-labels.js';

export interface TableLabels {
  /** On the button that puts rows in order which moved while somebody looked; `count` is absent when it is not known. */
  readonly updateOrder: (count: string | undefined) => string;
  readonly sortBy: string;
  readonly ascending: string;
  readonly descending: string;
  /** In the list of columns to sort by: the order of the rows as they come. */
  readonly noSort: string;
}

export const tableLabels = defineLabels<TableLabels>('table', {
  updateOrder: (count) =>
    count === undefined ? 'Changed · update order' : `${count} changed · update order`,
  sortBy: 'Sort by',
  ascending: 'Ascending',
  descending: 'Descending',
  noSort: 'As they come',
});
