import { defineLabels } from '../labels/define-labels.js';

export interface ExportLabels {
  readonly export: string;
  readonly formats: { readonly [F in 'csv' | 'json' | 'markdown' | 'pdf' | 'html']: string };
  readonly hints: { readonly [F in 'csv' | 'json' | 'markdown' | 'pdf' | 'html']: string };
  readonly redact: string;
  readonly working: string;
  readonly failed: (reason: string) => string;
  readonly done: (file: string) => string;
  /** At the top of what is printed. */
  readonly printed: (time: string) => string;
}

export const exportLabels = defineLabels<ExportLabels>('export', {
  export: 'Export',
  formats: { csv: 'CSV', json: 'JSON', markdown: 'Markdown', pdf: 'PDF', html: 'HTML' },
  hints: {
    csv: 'A table for spreadsheets',
    json: 'All data, for programs',
    markdown: 'A report to read and share',
    pdf: 'Print what is shown, or save it',
    html: 'One file that replays without a network',
  },
  redact: 'HTML without messages, inputs and outputs',
  working: 'Exporting …',
  failed: (reason) => `Not exported: ${reason}`,
  done: (file) => `${file} was downloaded.`,
  printed: (time) => `Printed ${time}`,
});
