import type { Series } from '@fleetglass/core/client';

/** Length of time over which spending is averaged. */
export const BURN_WINDOW_MS = 60_000;
const MINUTE = 60_000;
/** Below this a rate says nothing. */
const LEAST_TIME_MS = 5_000;

/** Nano-dollars spent from the beginning up to `time`; a bucket counts by the share of it that has passed. */
function spentUntil(series: Series, time: number): number {
  const position = (time - series.start) / series.stepMs;
  const whole = Math.min(series.values.length, Math.floor(position));
  let sum = 0;
  for (let index = 0; index < whole; index += 1) sum += series.values[index] ?? 0;
  return sum + (series.values[whole] ?? 0) * Math.max(0, Math.min(1, position - whole));
}

/**
 * Nano-dollars a minute over the last {@link BURN_WINDOW_MS} (or over a run's whole life when that is shorter).
 *
 * @returns undefined while there is too little time to tell
 */
export function burnPerMinute(series: Series, startedAt: number, now: number): number | undefined {
  const span = Math.min(BURN_WINDOW_MS, now - startedAt);
  if (span < LEAST_TIME_MS) return undefined;
  const end = Math.max(now, series.start + series.values.length * series.stepMs);
  return ((spentUntil(series, end) - spentUntil(series, now - span)) / span) * MINUTE;
}

/** The rate at up to `columns` moments between the start of the series and `now`, ready to be drawn. */
export function burnColumns(series: Series, now: number, columns: number): readonly number[] {
  const { start, stepMs, values } = series;
  if (values.length === 0) return [];
  const buckets = Math.max(values.length, Math.ceil((now - start) / stepMs));
  const width = Math.max(1, Math.round(BURN_WINDOW_MS / stepMs));
  const stride = Math.max(1, Math.ceil(buckets / columns));
  const rates: number[] = [];
  let sum = 0;
  for (let index = 0; index < buckets; index += 1) {
    sum += (values[index] ?? 0) - (values[index - width] ?? 0);
    if ((index + 1) % stride === 0 || index === buckets - 1) {
      rates.push((Math.max(0, sum) / (Math.min(width, index + 1) * stepMs)) * MINUTE);
    }
  }
  return rates;
}
