/** Maps time to pixels. It changes in steps, so that finished work does not move while time goes on. */
export interface TimeScale {
  readonly start: number;
  readonly end: number;
  readonly width: number;
  readonly ticks: readonly number[];
  readonly stepMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[100, 200, 500],
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
 * @param now end of what has to fit
 * @param open whether time goes on: the scale then leaves room, so that it grows seldom and by about a fifth
 */
export function createTimeScale(start: number, now: number, width: number, open: boolean): TimeScale {
  const span = open ? roomFor(Math.max(0, now - start)) : Math.max(SECOND, now - start) * 1.005;
  const room = Math.max(2, Math.floor(width / LABEL_WIDTH));
  const stepMs = STEPS.find((step) => span / step <= room) ?? Math.ceil(span / room / DAY) * DAY;
  const end = start + span;
  const ticks: number[] = [];
  for (let tick = start; tick <= end; tick += stepMs) ticks.push(tick);
  return { start, end, width, ticks, stepMs };
}

function roomFor(span: number): number {
  const wanted = Math.max(LEAST_OPEN_MS, span * 1.01);
  const grain = STEPS.find((step) => step >= wanted / 5) ?? DAY;
  return Math.ceil(wanted / grain) * grain;
}

/** Pixels from the start of the plot, kept inside of it. */
export function xOf(scale: TimeScale, time: number): number {
  const x = ((time - scale.start) / (scale.end - scale.start)) * scale.width;
  return Math.min(scale.width, Math.max(0, x));
}

export function timeAt(scale: TimeScale, x: number): number {
  return scale.start + (x / scale.width) * (scale.end - scale.start);
}
