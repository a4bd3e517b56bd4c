/** A moment to the minute, in UTC; a dash where there is none. */
export const dayText = (time: number | undefined): string =>
  time === undefined ? '—' : new Date(time).toISOString().slice(0, 16).replace('T', ' ');

/** What a terminal would take for more than text: names come from agents. */
const CONTROL = /[\p{Cc}\p{Cf}]/gu;

/** Text of others as a terminal may show it. */
export const plainText = (text: string): string => text.replace(CONTROL, '\ufffd');

/** A table for people, its columns as wide as what stands in them. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = [head, ...rows].map((row) => row.map(plainText));
  const widths = head.map((_name, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  return table
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
