import type { TimeWindow } from '@fleetglass/core/client';

/** A gap that is drawn short: its place on the axis is `kept` milliseconds wide. */
interface Fold extends TimeWindow {
  readonly place: number;
  readonly kept: number;
}

/**
 * All the time that can be shown, with idle gaps folded. A place on it is milliseconds from its start as they are drawn;
 * without folds it is the time since the start.
 */
export interface TimeAxis {
  readonly start: number;
  readonly end: number;
  /** In places. */
  readonly length: number;
  readonly folds: readonly Fold[];
}

/** Width of a folded gap when everything is in view, in pixels. */
export const FOLD_WIDTH = 28;

/** @param folded gaps to draw short, in the order of time */
export function createTimeAxis(
  start: number,
  end: number,
  folded: readonly TimeWindow[],
  width: number,
): TimeAxis {
  const inside = folded.filter((gap) => gap.from >= start && gap.to <= end);
  const drawn = Math.max(1, end - start - inside.reduce((sum, gap) => sum + gap.to - gap.from, 0));
  const share = FOLD_WIDTH / Math.max(FOLD_WIDTH * (inside.length + 2), width);
  const kept = (drawn * share) / (1 - share * inside.length);
  let removed = 0;
  const folds = inside.map(({ from, to }): Fold => {
    const fold = { from, to, place: from - start - removed, kept: Math.min(kept, to - from) };
    removed += to - from - fold.kept;
    return fold;
  });
  return { start, end, length: Math.max(1, end - start - removed), folds };
}

/** Place of a time; linear within each stretch. */
export function placeOf({ start, folds }: TimeAxis, time: number): number {
  if (folds.length === 0) return time - start;
  let removed = 0;
  for (const { from, to, place, kept } of folds) {
    if (time < from) break;
    if (time < to) return place + ((time - from) / (to - from)) * kept;
    removed += to - from - kept;
  }
  return time - start - removed;
}

/** Time at a place. */
export function timeOf({ start, folds }: TimeAxis, place: number): number {
  if (folds.length === 0) return start + place;
  let removed = 0;
  for (const fold of folds) {
    if (place < fold.place) break;
    const length = fold.to - fold.from;
    if (place < fold.place + fold.kept) return fold.from + ((place - fold.place) / fold.kept) * length;
    removed += length - fold.kept;
  }
  return start + place + removed;
}
