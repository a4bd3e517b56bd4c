/** A place on the axis with the amounts of each part that stand above it. */
export interface DrawingRow {
  readonly x: number;
  readonly values: readonly number[];
  /** Lines of the tooltip: its heading first. */
  readonly tip: () => readonly string[];
}

/** What every drawing needs. */
export interface DrawingProps {
  readonly rows: readonly DrawingRow[];
  /** Parts of each row that stand on each other. */
  readonly parts: number;
  /** Colours and patterns of the parts. @default in order */
  readonly styles?: readonly number[] | undefined;
  /** Of the patterns. */
  readonly patternId: string;
  /** For assistive technology: what is drawn, and how to move in it. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly rtl: boolean;
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
  /** Amounts that exist only as whole numbers. @default false */
  readonly whole?: boolean;
}

type Read = (row: DrawingRow) => number;

/** Readers of a row's parts: constants, so that Recharts need not look at all rows again. */
export const READ: readonly Read[] = Array.from({ length: 8 }, (_, at) => (row) => row.values[at] ?? 0);

export const AXIS = { tickLine: false, tick: { fill: 'var(--fg-muted)', fontSize: 12 } } as const;
/** The last date hangs over the end of its axis; at the beginning there is the room of the other axis. */
export const MARGINS = {
  ltr: { top: 8, right: 22, bottom: 0, left: 0 },
  rtl: { top: 8, right: 0, bottom: 0, left: 22 },
};

/** Evenly spread places for at most one tick in `room` pixels, the first and the last included. */
export function ticksOf(first: number, last: number, width: number, room = 96): readonly number[] {
  if (!(last > first)) return [first];
  const count = Math.max(2, Math.min(8, Math.floor(width / room)));
  return Array.from({ length: count }, (_, at) => first + ((last - first) * at) / (count - 1));
}

/** Room for the longest text of the vertical axis. */
export const axisWidth = (texts: readonly string[]): number =>
  Math.min(96, Math.max(36, 14 + 7 * Math.max(0, ...texts.map((text) => text.length))));
