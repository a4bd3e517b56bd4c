import type { AxisWindow } from './axis-window.js';
import { placeOf, timeOf } from './time-axis.js';
import type { TimeAxis } from './time-axis.js';

/** Maps time to pixels. It changes in steps, so that finished work does not move while time goes on. */
export interface TimeScale {
  readonly axis: TimeAxis;
  readonly from: number;
  readonly to: number;
  readonly width: number;
  /** Times that are labelled. */
  readonly ticks: readonly number[];
  readonly stepMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28].map((count) => count * DAY),
];

/** Least distance between two labels of the axis in pixels. */
const LABEL_WIDTH = 84;
/** Time that a young run is given to fill. */
const LEAST_OPEN_MS = 10 * SECOND;

/**
 * End of what has to fit.
 *
 * @param open whether time goes on: there is room left then, so that the axis grows seldom and by about a fifth
 */
export function axisEnd(start: number, now: number, open: boolean): number {
  const span = Math.max(0, now - start);
  if (!open) return start + Math.max(SECOND, span) * 1.005;
  const wanted = Math.max(LEAST_OPEN_MS, span * 1.01);
  const grain = STEPS.find((step) => step >= wanted / 5) ?? DAY;
  return start + Math.ceil(wanted / grain) * grain;
}

export function createTimeScale(axis: TimeAxis, shown: AxisWindow | undefined, width: number): TimeScale {
  const { from, to } = shown ?? { from: 0, to: axis.length };
  const room = Math.max(2, Math.floor(width / LABEL_WIDTH));
  const stepMs =
    STEPS.find((step) => (to - from) / step <= room) ?? Math.ceil((to - from) / room / DAY) * DAY;
  const bare = { axis, from, to, width, stepMs };
  return { ...bare, ticks: ticksOf(bare) };
}

function ticksOf(scale: Omit<TimeScale, 'ticks'>): readonly number[] {
  const { axis, from, to, stepMs } = scale;
  const ticks: number[] = [];
  const last = timeOf(axis, to);
  const clear = (LABEL_WIDTH / 2) * ((to - from) / scale.width);
  const first = Math.ceil((timeOf(axis, from) - axis.start) / stepMs);
  for (let count = first; axis.start + count * stepMs <= last; count += 1) {
    const time = axis.start + count * stepMs;
    const place = placeOf(axis, time);
    const fold = axis.folds.find(
      (each) => place > each.place - clear && place < each.place + each.kept + clear,
    );
    if (!fold) ticks.push(time);
    // Over a folded gap at once: it may hold more steps than there are pixels.
    else if (time < fold.to) count = Math.max(count, Math.floor((fold.to - axis.start) / stepMs));
  }
  return ticks;
}

/** Pixels from the start of the plot, outside of it too. */
export function rawX({ axis, from, to, width }: TimeScale, time: number): number {
  return ((placeOf(axis, time) - from) / (to - from)) * width;
}

/** Pixels from the start of the plot, kept inside of it. */
export function xOf(scale: TimeScale, time: number): number {
  return Math.min(scale.width, Math.max(0, rawX(scale, time)));
}

export function timeAt({ axis, from, to, width }: TimeScale, x: number): number {
  return timeOf(axis, from + (x / width) * (to - from));
}
