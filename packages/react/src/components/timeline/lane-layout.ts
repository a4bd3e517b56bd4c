import type { Lane } from '@fleetglass/core/client';
import type { BarLook } from './paint.js';

/** Heights of a lane and its rows, in pixels: they follow from how exactly the reader can point, never from the space. */
export interface LaneLayout {
  readonly rowCount: number;
  readonly rowHeight: number;
  readonly height: number;
}

/** Rows of a lane at most; what does not fit shares the last one. */
export const MAX_ROWS = 8;
/** Height of a row for a mouse and for a finger. */
export const FINE_ROW = 26;
export const COARSE_ROW = 44;
const PADDING = 4;
/** An agent's name and what it does have room beside its lane. */
const LEAST_HEIGHT = 46;
/** Free space above and below a bar. */
const BAR_GAP = 3;

/** @param most rows at most */
export function laneLayout({ rows }: Pick<Lane, 'rows'>, rowHeight: number, most = MAX_ROWS): LaneLayout {
  const rowCount = Math.min(rows, most);
  return { rowCount, rowHeight, height: Math.max(LEAST_HEIGHT, rowCount * rowHeight + 2 * PADDING) };
}

/** Spans that share the last row because there were too many at once. */
export function countSqueezed(
  { spans, rows }: Pick<Lane, 'spans' | 'rows'>,
  { rowCount }: LaneLayout,
): number {
  return rows > rowCount ? spans.filter(({ row }) => row >= rowCount).length : 0;
}

/** Distance from the top of the lane to a row. */
export function rowTop({ rowCount, rowHeight, height }: LaneLayout, row: number): number {
  return (height - rowCount * rowHeight) / 2 + Math.min(row, rowCount - 1) * rowHeight;
}

const INSET: ReadonlySet<BarLook> = new Set(['tool', 'mcp', 'retrieval', 'custom', 'handoff']);

/** Place of a bar inside its row: models fill it, the others are told by their height too. */
export function barBox(
  { rowHeight }: LaneLayout,
  look: BarLook,
): { readonly offset: number; readonly height: number } {
  const full = rowHeight - 2 * BAR_GAP;
  const inset = INSET.has(look) ? 2 : 0;
  return { offset: BAR_GAP + inset, height: full - 2 * inset };
}
