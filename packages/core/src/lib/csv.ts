/** What a cell may hold; absent is empty, never 0. */
export type CsvValue = string | number | boolean | undefined;

/** What a spreadsheet would take for the beginning of a formula, in its full-width forms too. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
/** What {@link exactUsd} writes. */
const AMOUNT = /^-?\d+\.\d{9}$/;

/**
 * A table as RFC 4180 writes it, with a header. Text that a spreadsheet would run as a formula begins with an
 * apostrophe; numbers stay numbers.
 */
export function tableToCsv(columns: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  let text = csvLine(columns);
  for (const row of rows) text += csvLine(row);
  return text;
}

/** One line of such a table, for tables that are written as they grow. */
export const csvLine = (cells: readonly CsvValue[]): string => `${cells.map(cell).join(',')}\r\n`;

function cell(value: CsvValue): string {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return '';
  if (typeof value !== 'string') return String(value);
  const safe = FORMULA.test(value) && !AMOUNT.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Nano-dollars as USD with nine decimals, which is exact; absent stays absent. */
export function exactUsd(nanoUsd: number | undefined): string | undefined {
  if (nanoUsd === undefined) return undefined;
  const digits = String(Math.abs(Math.round(nanoUsd))).padStart(10, '0');
  return `${nanoUsd < 0 ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
