import type { LaneSpan } from '@fleetglass/core/client';
import { FAILED, LOOKS, placeOfLook } from './paint.js';
import type { BarLook, Paint } from './paint.js';

/** Spans of one row in columns, so that what is in view is found without a look at the rest. */
export interface BarRow {
  readonly spans: readonly LaneSpan[];
  readonly starts: Float64Array;
  /** Infinity while a span runs. */
  readonly ends: Float64Array;
  /** Latest end up to each span: ascends, also where spans of a shared row overlap. */
  readonly reach: Float64Array;
  /** Places in {@link LOOKS}. */
  readonly looks: Uint8Array;
}

export interface BarIndex {
  readonly rows: readonly BarRow[];
  /** What failed, by row: drawn on top, so that a dense row does not hide it. */
  readonly failed: readonly BarRow[];
}

/**
 * @param spans by start
 * @param rowCount rows there are on screen; what lies below shares the last one
 */
export function createBarIndex(spans: readonly LaneSpan[], rowCount: number, paint: Paint): BarIndex {
  const rows = Array.from({ length: rowCount }, (): LaneSpan[] => []);
  for (const placed of spans) rows[Math.min(placed.row, rowCount - 1)]?.push(placed);
  const indexed = rows.map((row) => indexRow(row, paint));
  const failed = indexed.map(({ spans: all, looks }) =>
    indexRow(
      all.filter((_, at) => looks[at] === FAILED),
      paint,
    ),
  );
  return { rows: indexed, failed };
}

function indexRow(spans: readonly LaneSpan[], paint: Paint): BarRow {
  const row: BarRow = {
    spans,
    starts: new Float64Array(spans.length),
    ends: new Float64Array(spans.length),
    reach: new Float64Array(spans.length),
    looks: new Uint8Array(spans.length),
  };
  let reach = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < spans.length; at += 1) {
    const { span } = spans[at] as LaneSpan;
    const end = Math.max(span.startedAt, span.endedAt ?? Number.POSITIVE_INFINITY);
    reach = Math.max(reach, end);
    row.starts[at] = span.startedAt;
    row.ends[at] = end;
    row.reach[at] = reach;
    row.looks[at] = placeOfLook(span, paint);
  }
  return row;
}

/** The first span that may reach beyond a time, looking from `from` on. */
export function firstReaching(reach: Float64Array, time: number, from = 0): number {
  let [low, high] = [from, reach.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((reach[middle] as number) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const lookAt = (row: BarRow, at: number): BarLook => LOOKS[row.looks[at] as number] ?? 'custom';
