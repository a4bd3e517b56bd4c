import { isFinal } from '../model/status.js';
import type { RunState } from '../projection/state.js';
import type { Series } from '../projection/series.js';

const MINUTE = 60_000;

/** Below this a rate says nothing. */
const LEAST_AGE_MS = 5_000;

/** A young run is averaged over at least this long, so that its first call does not look like a fire. */
const LEAST_WINDOW_MS = 20_000;

/** What of a run its burn rate follows from. */
export type Spending = Pick<
  RunState,
  'status' | 'spend' | 'totals' | 'createdAt' | 'startedAt' | 'endedAt' | 'lastEventAt'
>;

/** How fast a run spends, in nano-dollars. `undefined` is unknown and is shown as "—". */
export interface Burn {
  /** Over the trailing minute; over the whole run once it is over. */
  readonly perMinute?: number;
  /** Over the trailing five minutes. */
  readonly perMinute5?: number;
  /** 60 times {@link Burn.perMinute}. */
  readonly perHour?: number;
  /** Calls without a price are missing: shown with "≥". */
  readonly lowerBound: boolean;
}

/** Amount from the beginning up to `time`; a bucket counts by the share of it that has passed. */
function amountUntil({ start, stepMs, values }: Series, time: number): number {
  const position = Math.max(0, (time - start) / stepMs);
  const whole = Math.min(values.length, Math.floor(position));
  let sum = 0;
  for (let i = 0; i < whole; i += 1) sum += values[i] ?? 0;
  return sum + (values[whole] ?? 0) * (position - whole);
}

const windowAt = (age: number, length: number): number => Math.min(length, Math.max(LEAST_WINDOW_MS, age));

/**
 * Amount a minute over the trailing `windowMs`: the amount of the window divided by its length. A run younger than the
 * window is averaged over its age, at least over 20 s.
 *
 * @returns `undefined` in the first 5 s of the run
 */
export function ratePerMinute(
  series: Series,
  since: number,
  now: number,
  windowMs = MINUTE,
): number | undefined {
  const age = now - since;
  if (age < LEAST_AGE_MS) return undefined;
  // A viewer's clock that is behind does not lose the newest amounts.
  const end = Math.max(now, series.start + series.values.length * series.stepMs);
  const amount = amountUntil(series, end) - amountUntil(series, now - windowMs);
  return (Math.max(0, amount) / windowAt(age, windowMs)) * MINUTE;
}

/**
 * Burn rate of a run. While it runs see {@link ratePerMinute}; when it is over, all it has spent divided by its
 * duration. Unknown while no call has a known price.
 *
 * @param now milliseconds since the epoch; in replay the moment shown
 */
export function selectBurn(run: Spending, now: number): Burn {
  const { nanoUsd, unknownCalls } = run.totals.cost;
  const since = run.startedAt ?? run.createdAt;
  const lowerBound = unknownCalls > 0;
  if (lowerBound && nanoUsd === 0) return { lowerBound };
  const end = run.endedAt ?? run.lastEventAt;
  const average = isFinal(run.status) && end > since ? (nanoUsd / (end - since)) * MINUTE : undefined;
  const perMinute = average ?? ratePerMinute(run.spend, since, now);
  const perMinute5 = average ?? ratePerMinute(run.spend, since, now, 5 * MINUTE);
  if (perMinute === undefined || perMinute5 === undefined) return { lowerBound };
  return { perMinute, perMinute5, perHour: 60 * perMinute, lowerBound };
}

/**
 * The rate at up to `columns` moments from `since` to `now`, ready to be drawn; the last one is
 * {@link ratePerMinute}'s. Work is O(buckets + columns), and a series has at most 512 buckets whatever its age.
 */
export function selectSpendLine(
  series: Series,
  since: number,
  now: number,
  columns: number,
): readonly number[] {
  const { start, stepMs, values } = series;
  if (values.length === 0 || columns < 1) return [];
  const first = Math.min(0, Math.floor((since - start) / stepMs));
  const last = Math.max(values.length, Math.ceil((now - start) / stepMs)) - 1;
  const width = Math.max(1, Math.round(MINUTE / stepMs));
  const rates: number[] = [];
  const wanted = Math.min(columns, last - first + 1);
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
  const sumBefore = (index: number): number => sums[Math.max(0, Math.min(values.length, index))] ?? 0;
  for (let column = 1; column <= wanted; column += 1) {
    const index = first + Math.round((column * (last - first + 1)) / wanted) - 1;
    const age = start + (index + 1) * stepMs - since;
    const amount = sumBefore(index + 1) - sumBefore(index + 1 - width);
    rates.push((Math.max(0, amount) / Math.max(stepMs, windowAt(age, MINUTE))) * MINUTE);
  }
  return rates;
}
