/**
 * The functions behind `ExportMenu`: they write a run, or what a table shows, as CSV, JSON, Markdown, one HTML file that
 * replays, or to paper.
 *
 * @packageDocumentation
 */
export { tableToCsv } from '@fleetglass/core/client';
export type { CsvValue } from '@fleetglass/core/client';
export { tableToMarkdown } from './export/markdown.js';
export { printElement } from './export/print-element.js';
export type { PrintOptions } from './export/print-element.js';
export { readRunEvents } from './export/read-run.js';
export { redactEvents } from './export/redact.js';
export { runsToCsv, runToCsv } from './export/run-csv.js';
export { runToHtml } from './export/run-html.js';
export type { PlayerAssets, RunHtmlOptions } from './export/run-html.js';
export { runToJson } from './export/run-json.js';
export { runToMarkdown } from './export/run-markdown.js';
export type { RunReportOptions } from './export/run-markdown.js';
