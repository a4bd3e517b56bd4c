import type { Monitor } from '@fleetglass/core/client';
import type { Texts } from '../context/monitor-context.js';
import { tableToCsv } from '@fleetglass/core/client';
import { tableToMarkdown } from './markdown.js';
import type { ExportFormat, ExportSource } from './export-source.js';
import { readRunEvents } from './read-run.js';
import { runToCsv } from './run-csv.js';
import { runToHtml } from './run-html.js';
import type { PlayerAssets } from './run-html.js';
import { runToJson } from './run-json.js';
import { runToMarkdown } from './run-markdown.js';

export interface ExportFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: string;
}

interface ExportMeans {
  readonly monitor: Monitor;
  readonly texts: Texts;
  readonly redact: boolean;
  readonly player: (() => Promise<PlayerAssets>) | undefined;
}

const ENDS: { readonly [F in Exclude<ExportFormat, 'pdf'>]: readonly [end: string, mediaType: string] } = {
  csv: ['csv', 'text/csv;charset=utf-8'],
  json: ['json', 'application/json'],
  markdown: ['md', 'text/markdown;charset=utf-8'],
  html: ['html', 'text/html;charset=utf-8'],
};

/** @throws Error when the run is no longer held, or the log cannot be read */
export async function exportAs(
  format: Exclude<ExportFormat, 'pdf'>,
  source: ExportSource,
  means: ExportMeans,
): Promise<ExportFile> {
  const [end, mediaType] = ENDS[format];
  const content = source.kind === 'run' ? await writeRun(format, source, means) : writeTable(format, source);
  if (content === undefined) throw new Error(`${source.name} is no longer held.`);
  return { name: `${source.name}.${end}`, mediaType, content };
}

async function writeRun(
  format: Exclude<ExportFormat, 'pdf'>,
  { runId, name }: Extract<ExportSource, { kind: 'run' }>,
  { monitor, texts, redact, player }: ExportMeans,
): Promise<string | undefined> {
  const { state } = monitor.getSnapshot();
  switch (format) {
    case 'csv':
      return runToCsv(state, runId);
    case 'json':
      return runToJson(state, runId);
    case 'markdown':
      return runToMarkdown(state, runId, { texts, events: await readRunEvents(monitor, runId) });
    case 'html': {
      const assets = await player?.();
      if (!assets) return undefined;
      const events = await readRunEvents(monitor, runId);
      return runToHtml({ events, runId, title: name, assets, redact, locale: texts.format.locale });
    }
  }
}

function writeTable(
  format: Exclude<ExportFormat, 'pdf'>,
  { columns, rows }: Extract<ExportSource, { kind: 'table' }>,
): string {
  const all = rows();
  if (format === 'csv') return tableToCsv(columns, all);
  if (format === 'markdown') {
    return tableToMarkdown(
      columns,
      all.map((row) => row.map((cell) => (cell === undefined ? '' : String(cell)))),
    );
  }
  const objects = all.map((row) =>
    Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])),
  );
  return `${JSON.stringify(objects, undefined, 2)}\n`;
}
