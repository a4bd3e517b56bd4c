/** Lays figures out for people. */
export function formatTable(figures) {
  const rows = figures.map((figure) => [
    figure.name,
    `${figure.value} ${figure.unit}`,
    figure.min === undefined ? '' : `[${figure.min} – ${figure.max}]`,
    figure.bar === undefined ? '' : `${figure.bar}${figure.pass ? '' : '  ✗'}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length), 0));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
    .join('\n');
}
