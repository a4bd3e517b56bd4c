import type { BudgetPeriod } from '../protocol/events/control.js';

const DAY = 86_400_000;
/** The epoch was a Thursday, and weeks begin on Monday. */
const MONDAY = 4 * DAY;

/** A stretch of time, in milliseconds since the epoch; `end` is not in it. */
export interface PeriodSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * The period of a budget in which a moment lies: days, weeks from Monday on, and months, all in UTC as the limits are
 * enforced.
 *
 * @returns `undefined` for a limit that is for the whole run
 */
export function selectPeriod(period: BudgetPeriod | undefined, time: number): PeriodSpan | undefined {
  if (period === undefined || period === 'run' || !Number.isFinite(time)) return undefined;
  if (period === 'month') {
    const date = new Date(time);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
  }
  const [length, offset] = period === 'day' ? [DAY, 0] : [7 * DAY, MONDAY];
  const start = Math.floor((time - offset) / length) * length + offset;
  return { start, end: start + length };
}
