import type { CsvValue } from '@fleetglass/core/client';

/** What a file is written as; `pdf` goes through the browser's print dialog. */
export type ExportFormat = 'csv' | 'json' | 'markdown' | 'pdf' | 'html';

/** What is exported: a run, or what a table shows. `name` becomes the file's. */
export type ExportSource =
  | { readonly kind: 'run'; readonly runId: string; readonly name: string }
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly columns: readonly string[];
      /** Read when the file is made. */
      readonly rows: () => readonly (readonly CsvValue[])[];
    };

/** Formats that a source can be written in with what the host gave. */
export function formatsOf(
  { kind }: ExportSource,
  has: { readonly pdf: boolean; readonly html: boolean },
): readonly ExportFormat[] {
  return [
    'csv',
    'json',
    'markdown',
    ...(has.pdf ? (['pdf'] as const) : []),
    ...(has.html && kind === 'run' ? (['html'] as const) : []),
  ];
}
