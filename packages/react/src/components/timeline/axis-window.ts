/** The part of the axis that is in view, in places. `undefined` stands for all of it, also when it grows. */
export interface AxisWindow {
  readonly from: number;
  readonly to: number;
}

export type Shown = AxisWindow | undefined;

/** The least that can be in view, in milliseconds. */
const LEAST_MS = 4;
/** From this share on, all is in view. */
const ALL = 0.999;

/** A window inside the axis, `undefined` when it would hold all of it. */
export function fitWindow(from: number, to: number, length: number): Shown {
  const size = Math.max(Math.min(LEAST_MS, length), to - from);
  if (!(size < length * ALL)) return undefined;
  const start = Math.min(Math.max(0, from), length - size);
  return { from: start, to: start + size };
}

/**
 * Zooms around a point, which stays where it is.
 *
 * @param factor above 1 shows less time, larger
 * @param anchor share of the width at which the point is
 */
export function zoomWindow(shown: Shown, length: number, factor: number, anchor: number): Shown {
  const { from, to } = shown ?? { from: 0, to: length };
  const size = Math.max(LEAST_MS, (to - from) / factor);
  const point = from + (to - from) * anchor;
  return fitWindow(point - size * anchor, point + size * (1 - anchor), length);
}

/** @param share of what is in view, positive towards the end */
export function panWindow(shown: Shown, length: number, share: number): Shown {
  if (!shown) return undefined;
  const size = shown.to - shown.from;
  return fitWindow(shown.from + share * size, shown.to + share * size, length);
}

/** Moves the window just so far that a stretch is in it; a stretch that is wider than it begins at its start. */
export function revealInWindow(shown: Shown, length: number, from: number, to: number): Shown {
  if (!shown || (from >= shown.from && to <= shown.to)) return shown;
  const size = shown.to - shown.from;
  // A stretch that fills the view already shows all it can.
  if (to - from >= size && from <= shown.from && to >= shown.to) return shown;
  const margin = size * 0.1;
  const start = from < shown.from || to - from > size ? from - margin : to + margin - size;
  return fitWindow(start, start + size, length);
}
