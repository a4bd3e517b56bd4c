import type { Series } from '@fleetglass/core/client';

/** Length of time over which spending is averaged. */
export const BURN_WINDOW_MS = 60_000;
const MINUTE = 60_000;
/** Below this a rate says nothing. */
const LEAST_TIME_MS = 5_000;
/** A young run is averaged over at least this long, so that its first call does not look like a fire. */
const LEAST_WINDOW_MS = 20_000;

/** Nano-dollars spent from the beginning up to `time`; a bucket counts by the share of it that has passed. */
function spentUntil(series: Series, time: number): number {
  const position = (time - series.start) / series.stepMs;
  const whole = Math.min(series.values.length, Math.floor(position));
  let sum = 0;
  for (let index = 0; index < whole; index += 1) sum += series.values[index] ?? 0;
  return sum + (series.values[whole] ?? 0) * Math.max(0, Math.min(1, position - whole));
}

/**
 * Nano-dollars a minute over the last {@link BURN_WINDOW_MS}; over the life of a younger run, but at least over 20 s.
 *
 * @returns undefined during the first 5 s
 */
export function burnPerMinute(series: Series, startedAt: number, now: number): number | undefined {
  const age = now - startedAt;
  if (age < LEAST_TIME_MS) return undefined;
  const end = Math.max(now, series.start + series.values.length * series.stepMs);
  const spent = spentUntil(series, end) - spentUntil(series, now - BURN_WINDOW_MS);
  return (spent / windowAt(age)) * MINUTE;
}

const windowAt = (age: number): number => Math.min(BURN_WINDOW_MS, Math.max(LEAST_WINDOW_MS, age));

/**
 * The rate at up to `columns` moments from the start of a run to `now`, ready to be drawn; the last one is what
 * {@link burnPerMinute} says.
 */
export function burnColumns(
  series: Series,
  startedAt: number,
  now: number,
  columns: number,
): readonly number[] {
  const { start, stepMs, values } = series;
  if (values.length === 0) return [];
  const first = Math.min(0, Math.floor((startedAt - start) / stepMs));
  const last = Math.max(values.length, Math.ceil((now - start) / stepMs)) - 1;
  const width = Math.max(1, Math.round(BURN_WINDOW_MS / stepMs));
  const stride = Math.max(1, Math.ceil((last - first + 1) / columns));
  const rates: number[] = [];
  let sum = 0;
  for (let index = first; index <= last; index += 1) {
    sum += (values[index] ?? 0) - (values[index - width] ?? 0);
    if ((index - first + 1) % stride !== 0 && index !== last) continue;
    const age = start + (index + 1) * stepMs - startedAt;
    rates.push((Math.max(0, sum) / Math.max(stepMs, windowAt(age))) * MINUTE);
  }
  return rates;
}
