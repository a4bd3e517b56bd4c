import { fenced, inLine } from '../conversation/conversation-to-markdown.js';
import type { FileHistory, FileOperation, FileOperationName } from './file-operations.js';

export interface ReportOptions {
  readonly title: string;
  readonly words: {
    readonly operation: { readonly [N in FileOperationName]: string };
    readonly columns: readonly string[];
  };
  readonly agentOf: (operation: FileOperation) => string;
  readonly timeOf: (ms: number) => string;
}

/** Files and what happened to them, as a document. */
export function filesToMarkdown(
  files: readonly FileHistory[],
  { title, words, agentOf, timeOf }: ReportOptions,
): string {
  const blocks = files.map(({ path, name, added, removed, counted, operations }) => {
    const lines = counted ? ` (+${added} −${removed})` : '';
    const list = operations.map((operation) => {
      const change =
        operation.added === undefined && operation.removed === undefined
          ? ''
          : ` (+${operation.added ?? 0} −${operation.removed ?? 0})`;
      const from = operation.from === undefined ? '' : ` ← ${inLine(operation.from)}`;
      const who = inLine(agentOf(operation));
      return `- ${inLine(timeOf(operation.time))} ${words.operation[operation.name]}${from}${change}${who === '' ? '' : ` · ${who}`}`;
    });
    return [`## ${words.operation[name]}${lines}`, fenced(path), list.join('\n')].join('\n\n');
  });
  return `${[`# ${inLine(title)}`, ...blocks].join('\n\n')}\n`;
}

/** Each operation as a row, for a spreadsheet. */
export function filesToCsv(
  operations: readonly FileOperation[],
  { words, agentOf, timeOf }: ReportOptions,
): string {
  const rows = operations.map((operation) => [
    timeOf(operation.time),
    words.operation[operation.name],
    operation.path,
    operation.from ?? '',
    operation.added ?? '',
    operation.removed ?? '',
    agentOf(operation),
    operation.taskId ?? '',
  ]);
  return `${[words.columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A spreadsheet takes what begins like a formula for one; an apostrophe keeps it text. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[\s\p{Cc}]*[=+\-@＝＋－＠]/u.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}
