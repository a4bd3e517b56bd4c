import { plainText } from '../lib/plain-text.js';

/** Longest text of one cell or line; what is longer ends with "…". */
const MAX_TEXT = 2_000;

/** Text that becomes no heading, link, image or tag, in one line. */
export function escapeMarkdown(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return plainText(short)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>()#!|~&]/g, String.raw`\$&`);
}

/** A table of cells that are text. */
export function tableToMarkdown(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |\n`;
  return `${line(columns)}|${columns.map(() => '---|').join('')}\n${rows.map(line).join('')}`;
}
