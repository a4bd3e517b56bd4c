import type { CsvValue } from '@fleetglass/core/client';

export interface DataColumn {
  readonly label: string;
  /** Stands at the end of its column. @default false */
  readonly numeric?: boolean;
  /** Only in the file: what the table says in another way. @default false */
  readonly fileOnly?: boolean;
}

/** A figure as it is read and as it is calculated with. */
export interface DataCell {
  readonly text: string;
  readonly value?: CsvValue;
  readonly hint?: string;
}

/** What a chart draws, as a table. */
export interface DataTable {
  readonly columns: readonly DataColumn[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly DataCell[] }[];
}
