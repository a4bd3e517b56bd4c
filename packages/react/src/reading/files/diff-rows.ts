/** A part of a diff, as the parser of diffs tells it. */
export interface Hunk {
  readonly oldStart: number;
  readonly newStart: number;
  readonly oldLines: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

export interface FilePatch {
  readonly oldFileName?: string | undefined;
  readonly newFileName?: string | undefined;
  readonly hunks: readonly Hunk[];
}

export type DiffMark = 'same' | 'added' | 'removed';

/** One side of a line. */
export interface DiffCell {
  readonly mark: DiffMark;
  /** Absent where the diff does not tell. */
  readonly number?: number | undefined;
  readonly text: string;
}

/** A row of a drawn diff. */
export type DiffRow =
  | { readonly key: string; readonly kind: 'head'; readonly text: string }
  /** Both numbers on one line. */
  | {
      readonly key: string;
      readonly kind: 'line';
      readonly cell: DiffCell;
      readonly other?: number | undefined;
    }
  | {
      readonly key: string;
      readonly kind: 'pair';
      readonly left?: DiffCell | undefined;
      readonly right?: DiffCell | undefined;
    };

/** Longest line that is drawn. */
const LONGEST = 2_000;

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

const headOf = ({ oldStart, oldLines, newStart, newLines }: Hunk): string =>
  `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`;

/** Lines below each other, as in the diff itself. */
export function unifiedRows(patches: readonly FilePatch[]): readonly DiffRow[] {
  const rows: DiffRow[] = [];
  eachHunk(patches, rows, (hunk) => {
    for (const { cell, other } of cellsOf(hunk))
      rows.push({ key: String(rows.length), kind: 'line', cell, other });
  });
  return rows;
}

/** Lines before on one side and after on the other; what was removed stands beside what took its place. */
export function pairedRows(patches: readonly FilePatch[]): readonly DiffRow[] {
  const rows: DiffRow[] = [];
  eachHunk(patches, rows, (hunk) => {
    let removed: DiffCell[] = [];
    let added: DiffCell[] = [];
    const flush = (): void => {
      for (let index = 0; index < Math.max(removed.length, added.length); index += 1) {
        rows.push({ key: String(rows.length), kind: 'pair', left: removed[index], right: added[index] });
      }
      [removed, added] = [[], []];
    };
    for (const { cell, other } of cellsOf(hunk)) {
      if (cell.mark === 'removed') removed.push(cell);
      else if (cell.mark === 'added') added.push(cell);
      else {
        flush();
        rows.push({ key: String(rows.length), kind: 'pair', left: { ...cell, number: other }, right: cell });
      }
    }
    flush();
  });
  return rows;
}

function eachHunk(patches: readonly FilePatch[], rows: DiffRow[], visit: (hunk: Hunk) => void): void {
  for (const { oldFileName, newFileName, hunks } of patches) {
    if (patches.length > 1) {
      const text = cut(newFileName ?? oldFileName ?? '');
      rows.push({ key: String(rows.length), kind: 'head', text });
    }
    for (const hunk of hunks) {
      rows.push({ key: String(rows.length), kind: 'head', text: headOf(hunk) });
      visit(hunk);
    }
  }
}

interface NumberedCell {
  readonly cell: DiffCell;
  /** Number of an unchanged line before the change. */
  readonly other?: number | undefined;
}

function cellsOf({ oldStart, newStart, lines }: Hunk): readonly NumberedCell[] {
  let [before, after] = [oldStart, newStart];
  return lines.flatMap((line): readonly NumberedCell[] => {
    const text = cut(line.slice(1));
    switch (line[0]) {
      case '+':
        return [{ cell: { mark: 'added', number: after++, text } }];
      case '-':
        return [{ cell: { mark: 'removed', number: before++, text } }];
      case '\\':
        return [];
      default:
        return [{ cell: { mark: 'same', number: after++, text }, other: before++ }];
    }
  });
}

/** A text that is no diff, or a broken one: its lines as they are, told apart by how they begin. */
export function rawRows(text: string): readonly DiffRow[] {
  return text.split('\n').map((line, index): DiffRow => {
    const isHead = /^(?:\+\+\+|---|@@|diff |index )/.test(line);
    if (isHead) return { key: String(index), kind: 'head', text: cut(line) };
    const mark = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'same';
    return {
      key: String(index),
      kind: 'line',
      cell: { mark, text: cut(mark === 'same' ? line : line.slice(1)) },
    };
  });
}
